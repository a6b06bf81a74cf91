using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using TokenThrift.Text;

namespace TokenThrift.Tests.Text;

public sealed class LexicalEmbeddingTests
{
    [Theory]
    [InlineData("How do I reset my password?", "How can I reset a password", "How do I close my account?")]
    [InlineData("Which ports does the gateway open by default?", "what port does the gateway open by default", "Which plans does the gateway offer?")]
    [InlineData("résumé template for engineers", "resume templates for an engineer", "cover letter for engineers")]
    public void Rewording_is_nearer_than_another_question_of_the_same_form(string asked, string same, string other) =>
        Assert.True(Similarity(asked, same) > Similarity(asked, other));

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    public void Text_without_words_is_a_vector_of_zeros(string text) =>
        Assert.All(LexicalEmbeddingGenerator.Embed(text), value => Assert.Equal(0, value));

    [Theory]
    [InlineData("hello")]
    [InlineData("支付失败怎么办")]
    [InlineData("x + y != z")]
    public void Vector_of_any_text_with_signs_has_length_one(string text) =>
        Assert.Equal(1, TensorPrimitives.Norm<float>(LexicalEmbeddingGenerator.Embed(text)), 1e-5);

    /// <summary>A vector that changes with the machine or the version would make every stored one worthless.</summary>
    [Fact]
    public void Vector_is_the_same_everywhere()
    {
        float[] vector = LexicalEmbeddingGenerator.Embed("What is the exchange rate for euros?");

        int[] largest = [.. Enumerable.Range(0, vector.Length).OrderByDescending(i => Math.Abs(vector[i])).Take(4)];
        Assert.Equal("27:-0.268 339:-0.268 402:-0.268 474:0.268", string.Join(' ', largest.Select(i => FormattableString.Invariant($"{i}:{vector[i]:F3}"))));
    }

    [Fact]
    public async Task Generator_names_its_model_and_its_dimensions()
    {
        using var generator = new LexicalEmbeddingGenerator();

        GeneratedEmbeddings<Embedding<float>> made = await generator.GenerateAsync(["one", "two"]);

        var metadata = (EmbeddingGeneratorMetadata)generator.GetService(typeof(EmbeddingGeneratorMetadata))!;
        Assert.Equal(2, made.Count);
        Assert.All(made, embedding => Assert.Equal(metadata.DefaultModelDimensions, embedding.Vector.Length));
        Assert.Equal(LexicalEmbeddingGenerator.ModelId, metadata.DefaultModelId);
    }

    [Fact]
    public void Rare_words_weigh_more_than_common_ones() =>
        Assert.True(BackgroundFrequencies.Default.Weight("mortgag") > BackgroundFrequencies.Default.Weight("the"));

    [Fact]
    public void Saved_table_holds_what_was_counted()
    {
        BackgroundFrequencies table = BackgroundFrequencies.FromCounts(100, [new("often", 50), new("rare", 3), new("once", 1)]);

        using var file = new MemoryStream();
        table.Save(file);

        Assert.Equal(2, table.Count);
        Assert.Equal(Math.Log(2), table.Weight("often"), 0.05);
        Assert.Equal(table.MaximumWeight, table.Weight("once"));
        Assert.Equal(5 + (2 * 5), file.Length);
    }

    private static double Similarity(string a, string b) =>
        TensorPrimitives.Dot<float>(LexicalEmbeddingGenerator.Embed(a), LexicalEmbeddingGenerator.Embed(b));
}
