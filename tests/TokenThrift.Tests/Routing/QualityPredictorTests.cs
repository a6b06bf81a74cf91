using Microsoft.Extensions.AI;
using TokenThrift.Routing;

namespace TokenThrift.Tests.Routing;

public class QualityPredictorTests
{
    private static readonly (string Model, double Prior)[] Priors = [("weak", 0.6), ("strong", 0.9)];

    private static readonly string[] Cooking = ["bake", "flour", "oven", "sugar", "dough", "butter", "yeast", "salt", "knead", "crust"];
    private static readonly string[] Sailing = ["mast", "keel", "harbour", "tide", "anchor", "rudder", "breeze", "deck", "rope", "sail"];

    [Fact]
    public void Before_anything_is_learnt_it_returns_the_prior() =>
        Assert.Equal([0.6, 0.9], new QualityPredictor().Predict(Features("how do I bake bread"), Priors));

    [Fact]
    public void A_model_without_outcomes_keeps_its_prior()
    {
        var predictor = new QualityPredictor();
        Learn(predictor, Features("how do I bake bread"), 0, 1);

        Assert.Equal(0.7, predictor.Predict(Features("how do I bake bread"), [("other", 0.7)])[0]);
    }

    [Fact]
    public void One_outcome_moves_little_and_many_move_to_what_was_seen()
    {
        var predictor = new QualityPredictor();
        Learn(predictor, Features("question 0 about bread", "bread"), 0, 1);
        double afterOne = Predict(predictor, "a question about bread", "bread").Weak;
        for (int i = 1; i < 300; i++)
        {
            Learn(predictor, Features($"question {i} about bread", "bread"), 0, 1);
        }

        (double weak, double strong) = Predict(predictor, "a question about bread", "bread");
        Assert.InRange(afterOne, 0.4, 0.6);
        Assert.InRange(weak, 0, 0.12);
        Assert.InRange(strong, 0.88, 1);
    }

    [Fact]
    public void The_task_type_tells_apart_what_words_do_not()
    {
        var predictor = new QualityPredictor();
        for (int i = 0; i < 150; i++)
        {
            Learn(predictor, Features($"please do it {i}", "easy"), 1, 1);
            Learn(predictor, Features($"please do it {i}", "hard"), 0, 1);
        }

        Assert.True(Predict(predictor, "please do it now", "easy").Weak > Predict(predictor, "please do it now", "hard").Weak + 0.3);
    }

    [Fact]
    public void Like_requests_are_predicted_alike_and_a_stranger_by_what_is_usual()
    {
        var predictor = new QualityPredictor();
        var random = new Random(3);
        for (int i = 0; i < 300; i++)
        {
            Learn(predictor, Features(Words(Cooking, random)), 1, 1);
            Learn(predictor, Features(Words(Sailing, random)), 0, 1);
        }

        double cooking = Predict(predictor, Words(Cooking, random)).Weak;
        double sailing = Predict(predictor, Words(Sailing, random)).Weak;
        double stranger = Predict(predictor, "quasar nebula photon telescope parsec").Weak;

        Assert.True(cooking > 0.75, $"{cooking}");
        Assert.True(sailing < 0.25, $"{sailing}");
        Assert.InRange(stranger, 0.4, 0.6);
    }

    [Fact]
    public void Where_all_neighbours_are_strangers_there_are_none()
    {
        var nearest = new NearestOutcomes(64);
        for (int i = 0; i < 40; i++)
        {
            nearest.Add(Features(Words(Cooking, new Random(i))), new Dictionary<string, double> { ["weak"] = 0 });
        }

        RequestFeatures stranger = Features("quasar nebula photon telescope parsec");

        Assert.Empty(nearest.Find(stranger, nearest.Weigh(stranger), 10));
        Assert.Equal(0.83, NearestOutcomes.Blend([], _ => 0, 0.83), 6);
    }

    [Fact]
    public void The_oldest_request_makes_room_and_leaves_nothing_behind()
    {
        var nearest = new NearestOutcomes(8);
        var old = new Dictionary<string, double> { ["weak"] = 0 };
        nearest.Add(Features("bake flour oven sugar"), old);
        for (int i = 0; i < 8; i++)
        {
            nearest.Add(Features(Words(Sailing, new Random(i))), new Dictionary<string, double> { ["weak"] = 1 });
        }

        RequestFeatures again = Features("bake flour oven sugar");

        Assert.Equal(8, nearest.Count);
        Assert.DoesNotContain(nearest.Find(again, nearest.Weigh(again), 10), n => ReferenceEquals(n.Outcomes, old));
    }

    [Fact]
    public void Vectors_of_different_embedders_are_not_compared()
    {
        var nearest = new NearestOutcomes(8);
        nearest.Add(Embedded("one", [1, 0, 0]), new Dictionary<string, double> { ["weak"] = 0 });
        nearest.Add(Embedded("other", [0.6f, 0.8f, 0]), new Dictionary<string, double> { ["weak"] = 1 });
        RequestFeatures asked = Embedded("other", [1, 0, 0]);

        Neighbour only = Assert.Single(nearest.Find(asked, nearest.Weigh(asked), 10));
        Assert.Equal(1, only.Outcomes["weak"]);
        Assert.Equal(0.6f, only.Similarity, 0.001f);

        static RequestFeatures Embedded(string embedder, float[] vector) => new("work", [], [], new float[RequestFeatures.MeasureCount], vector, embedder);
    }

    [Fact]
    public void It_follows_a_world_that_changes()
    {
        var predictor = new QualityPredictor();
        var random = new Random(5);
        for (int i = 0; i < 200; i++)
        {
            Learn(predictor, Features(Words(Cooking, random)), 1, 1);
        }

        double before = Predict(predictor, Words(Cooking, random)).Weak;
        for (int i = 0; i < 600; i++)
        {
            Learn(predictor, Features(Words(Cooking, random)), 0, 1);
        }

        double after = Predict(predictor, Words(Cooking, random)).Weak;
        Assert.True(before > 0.85 && after < 0.4, $"{before} then {after}");
    }

    [Fact]
    public async Task It_may_be_asked_and_taught_at_once()
    {
        var predictor = new QualityPredictor();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            var random = new Random(worker);
            for (int i = 0; i < 150; i++)
            {
                Learn(predictor, Features(Words(Cooking, random), "t" + (i % 3)), i % 2, 1);
                Assert.All(predictor.Predict(Features(Words(Sailing, random)), Priors), p => Assert.InRange(p, 0, 1));
            }
        })));

        Assert.Equal(600, predictor.Learnt);
    }

    private static string Words(string[] from, Random random) => string.Join(' ', random.GetItems(from, 6));

    private static RequestFeatures Features(string text, string taskType = "work")
    {
        var options = new ChatOptions();
        RoutingSettings.TaskType.Set(options, taskType);
        return RequestFeatures.Of([new ChatMessage(ChatRole.User, text)], options);
    }

    private static void Learn(QualityPredictor predictor, RequestFeatures features, double weak, double strong) =>
        predictor.Learn(features, new Dictionary<string, double> { ["weak"] = weak, ["strong"] = strong });

    private static (double Weak, double Strong) Predict(QualityPredictor predictor, string text, string taskType = "work")
    {
        double[] predictions = predictor.Predict(Features(text, taskType), Priors);
        return (predictions[0], predictions[1]);
    }
}
