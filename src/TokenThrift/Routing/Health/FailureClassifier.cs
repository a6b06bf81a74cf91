using System.ClientModel;
using System.Globalization;
using System.Text.RegularExpressions;
using Polly.CircuitBreaker;
using Polly.Timeout;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>Reads the class of a failure off an exception: its type, the HTTP status, the provider's own words.</summary>
internal static partial class FailureClassifier
{
    /// <summary>Reads the class.</summary>
    public static FailureClass ClassOf(Exception exception)
    {
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case CallRefusedException:
                    return FailureClass.Refused;
                case TimeoutRejectedException or TimeoutException or OperationCanceledException:
                    return FailureClass.Timeout;
                case BrokenCircuitException:
                    return FailureClass.Overloaded;
                case ClientResultException { Status: > 0 } result:
                    return OfStatus(result.Status, result.Message);
                case HttpRequestException { StatusCode: { } status }:
                    return OfStatus((int)status, e.Message);
                case HttpRequestException or System.Net.Sockets.SocketException or IOException:
                    return FailureClass.Network;
                case System.Text.Json.JsonException:
                    return FailureClass.Unreadable;
                case ArgumentException or NotSupportedException:
                    return FailureClass.BadRequest;
            }

            // Clients whose exceptions are not known here still name the status in the first line of the message.
            Match match = StatusInMessage().Match(e.Message);
            if (match.Success)
            {
                return OfStatus(int.Parse(match.ValueSpan[^3..], CultureInfo.InvariantCulture), e.Message);
            }
        }

        return FailureClass.Unknown;
    }

    private static FailureClass OfStatus(int status, string message)
    {
        bool Says(string words) => message.Contains(words, StringComparison.OrdinalIgnoreCase);
        switch (status)
        {
            case 402:
            case 429 when Says("insufficient_quota") || Says("exceeded your current quota"):
            case 400 or 403 when Says("usage limit") || Says("credit balance") || Says("insufficient_quota"):
                return FailureClass.QuotaExhausted;
            case 429:
                return FailureClass.RateLimited;
            case 503 or 529:
                return FailureClass.Overloaded;
            case 408 or 504:
                return FailureClass.Timeout;
            case >= 500:
                return FailureClass.ServerError;
            case 401 or 403 or 404:
                return FailureClass.Authentication;
            case 400 or 413 or 422:
                return Says("context_length") || Says("context length") || Says("context window") || Says("maximum context") || Says("too many tokens") || Says("prompt is too long") || status == 413
                        ? FailureClass.ContextTooLong
                    : Says("content_filter") || Says("content filter") || Says("content_policy") || Says("content management policy") || Says("safety system")
                        ? FailureClass.ContentFiltered
                    : Says("unsupported") || Says("not supported") || Says("does not support") || Says("unknown_parameter") || Says("unrecognized request argument")
                        ? FailureClass.Unsupported
                    : FailureClass.BadRequest;
            case >= 400:
                return FailureClass.BadRequest;
            default:
                return FailureClass.Network;
        }
    }

    [GeneratedRegex(@"\b(?:HTTP|[Ss]tatus(?: ?[Cc]ode)?)(?:/1\.1|/2)?:? ?\(?[45]\d\d", RegexOptions.CultureInvariant)]
    private static partial Regex StatusInMessage();
}
