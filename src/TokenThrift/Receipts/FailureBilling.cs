using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Reflection;
using TokenThrift.Requests;

namespace TokenThrift.Receipts;

/// <summary>Says which failures a provider is known not to bill. All others may have been billed, and are counted in full.</summary>
/// <remarks>
/// Not billed: no connection was made; the request was turned away (4xx but 408 and 499; 503, 529). May be billed: a read
/// that timed out, a gateway that gave up (502, 504), a stream that broke, a call that was cancelled after it was sent.
/// </remarks>
internal static class FailureBilling
{
    public static bool IsUnbilled(Exception exception)
    {
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case CallRefusedException:
                    return true;
                case HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError }:
                    return true;
                case HttpRequestException { StatusCode: { } status }:
                    return IsUnbilled((int)status);
                default:
                    if (StatusOf(e) is { } code && code != 0)
                    {
                        return IsUnbilled(code);
                    }

                    break;
            }
        }

        return false;
    }

    private static bool IsUnbilled(int status) => status switch
    {
        (int)HttpStatusCode.RequestTimeout or 499 => false,
        >= 400 and < 500 => true,
        (int)HttpStatusCode.ServiceUnavailable or 529 => true,
        _ => false,
    };

    // System.ClientModel.ClientResultException and Azure.RequestFailedException both have an int Status; neither is referenced here.
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "Where the property was trimmed away the failure counts as one that may have been billed.")]
    private static int? StatusOf(Exception exception) =>
        exception.GetType().GetProperty("Status", BindingFlags.Public | BindingFlags.Instance)?.GetValue(exception) is int status ? status : null;
}
