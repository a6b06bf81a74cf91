namespace TokenThrift.Samples.MonthEndClose.Columns;

/// <summary>What became of the task whose budget was too small.</summary>
/// <param name="Task">Its limit, its bill, and whether the part that it answered is right.</param>
/// <param name="EntitiesCovered">How much of the work its answer covers.</param>
/// <param name="EntitiesAsked">How much was asked for.</param>
/// <param name="ReceiptUsd">What the receipts say it cost; the provider's bill says the same.</param>
internal sealed record StarvedTaskResult(TaskResult Task, int EntitiesCovered, int EntitiesAsked, decimal ReceiptUsd);
