namespace TokenThrift.Routing;

/// <summary>Why a call to a model failed; each class has a reaction of its own.</summary>
public enum FailureClass
{
    /// <summary>It is not known; another model is asked.</summary>
    Unknown,

    /// <summary>Too many requests (429): the same model is asked again if the wait is short, then another; the deployment rests for as long as it asked.</summary>
    RateLimited,

    /// <summary>The provider has no capacity (503, 529): once more, then another model.</summary>
    Overloaded,

    /// <summary>Nothing came in time: another model.</summary>
    Timeout,

    /// <summary>The connection could not be made, or broke: once more, then another model.</summary>
    Network,

    /// <summary>The provider is at fault (500, 502, 504): once more, then another model.</summary>
    ServerError,

    /// <summary>The account has used up its quota (402, <c>insufficient_quota</c>): another model; the deployment rests for long.</summary>
    QuotaExhausted,

    /// <summary>The request is too long for the model: only a model that is known to take more.</summary>
    ContextTooLong,

    /// <summary>The provider will not answer this request: no other model, unless one of <see cref="RoutingOptions.ContentFilterPeers"/>.</summary>
    ContentFiltered,

    /// <summary>The model does not know a parameter or a capability of the request: another model.</summary>
    Unsupported,

    /// <summary>The key is not accepted (401, 403), or the deployment does not exist (404): another model; the deployment rests for long.</summary>
    Authentication,

    /// <summary>The request itself is at fault (400): nobody else is asked.</summary>
    BadRequest,

    /// <summary>A budget or the policy refused the call before it was sent: another model.</summary>
    Refused,

    /// <summary>The caller cancelled: nobody else is asked.</summary>
    Cancelled,

    /// <summary>The provider's answer could not be read: another model.</summary>
    Unreadable,
}
