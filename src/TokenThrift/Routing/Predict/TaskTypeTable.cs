namespace TokenThrift.Routing;

/// <summary>A share by task type, shrunk towards that of all task types, which is shrunk towards the prior.</summary>
internal sealed class TaskTypeTable
{
    private const double Shrinkage = 10;
    private const int MostTypes = 10_000;
    private readonly Dictionary<string, (double Sum, double Count)> _byType = new(StringComparer.Ordinal);
    private double _sum;
    private double _count;

    public double Mean(double prior) => (_sum + (Shrinkage * prior)) / (_count + Shrinkage);

    public double Predict(string taskType, double prior)
    {
        (double sum, double count) = _byType.GetValueOrDefault(taskType);
        return (sum + (Shrinkage * Mean(prior))) / (count + Shrinkage);
    }

    public void Learn(string taskType, double quality, double weight = 1)
    {
        (double sum, double count) = _byType.GetValueOrDefault(taskType);
        if (count > 0 || _byType.Count < MostTypes)
        {
            _byType[taskType] = (sum + (weight * quality), count + weight);
        }

        _sum += weight * quality;
        _count += weight;
    }
}
