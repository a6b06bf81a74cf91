using System.Diagnostics;

namespace TokenThrift.Receipts;

/// <summary>Puts a receipt's figures on the request's activity; never content.</summary>
internal static class ReceiptActivity
{
    public static void Describe(Activity? activity, ThriftReceipt receipt)
    {
        if (activity is null)
        {
            return;
        }

        activity.SetTag("tokenthrift.receipt.id", receipt.Id);
        activity.SetTag("tokenthrift.cache.tier", TagNames.Of(receipt.Cache?.Tier ?? CacheTier.None));
        activity.SetTag("tokenthrift.calls", receipt.Calls.Count);
        activity.SetTag("tokenthrift.tenant", receipt.Identity.Tenant);
        activity.SetTag("tokenthrift.task", receipt.Tasks.Count > 0 ? receipt.Tasks[0] : null);
        activity.SetTag("gen_ai.request.model", receipt.Routing?.RequestedModelId ?? receipt.ReferenceModelId);
        activity.SetTag("gen_ai.response.model", receipt.Calls.LastOrDefault(call => call is { Outcome: CallOutcome.Served, CanAnswer: true })?.ServedModelId);
        activity.SetTag("tokenthrift.spent", receipt.Spent?.Value);
        activity.SetTag("tokenthrift.baseline", receipt.Baseline?.Value);
        activity.SetTag("tokenthrift.saved", receipt.Savings?.Total.Value);
        if (receipt.Error is { } error)
        {
            activity.SetTag("error.type", error);
            activity.SetStatus(ActivityStatusCode.Error);
        }
    }
}
