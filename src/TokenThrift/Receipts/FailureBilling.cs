using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace TokenThrift.Receipts;

/// <summary>Says of a failed call whether it is known not to be billed. What is not known is billed.</summary>
internal static partial class FailureBilling
{
    /// <summary>Says whether a call that failed before it gave anything is known to be free.</summary>
    /// <remarks>
    /// Free: the request never arrived, or the provider refused it (400, 401, 403, 404, 405, 413, 415, 422, 429) or was not
    /// there to serve it (503, 529). Not known: timeouts, 500, 502, 504, and everything else after the request left.
    /// </remarks>
    public static bool IsUnbilled(Exception exception)
    {
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case HttpRequestException { StatusCode: { } status }:
                    return IsUnbilled((int)status);
                case HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError }:
                    return true;
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.NoData or SocketError.HostUnreachable or SocketError.NetworkUnreachable }:
                    return true;
                case OperationCanceledException or TimeoutException:
                    return false;
            }

            // The clients of vendors have exceptions of their own, which name the status in the same ways in their messages.
            Match match = StatusInMessage().Match(e.Message);
            if (match.Success)
            {
                return IsUnbilled(int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
            }
        }

        return false;
    }

    private static bool IsUnbilled(int status) => status is 400 or 401 or 403 or 404 or 405 or 413 or 415 or 422 or 429 or 503 or 529;

    [GeneratedRegex(@"^(?:HTTP |Service request failed\.\s+Status: )([1-5]\d\d)\b", RegexOptions.CultureInvariant)]
    private static partial Regex StatusInMessage();
}
