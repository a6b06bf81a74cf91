using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>The router itself held a call back: the request may cost no more, or the deployment rests. Nothing was sent.</summary>
/// <param name="message">Why.</param>
internal sealed class NotAskedException(string message) : CallRefusedException(message);
