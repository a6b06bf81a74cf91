using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Receipts;

/// <summary>How receipts are made.</summary>
public sealed class ReceiptOptions
{
    private const int MostRecent = 1_000_000;

    /// <summary>Gets or sets the model that savings are measured against.</summary>
    /// <value>The default is <see langword="null"/>: the model that the request names, else the default leg's, else the one that answered.</value>
    public string? ReferenceModelId { get; set; }

    /// <summary>Gets or sets how many of the last receipts the book keeps in memory.</summary>
    /// <value>The default is 1,000; 0 keeps none; at most 1,000,000.</value>
    public int RecentCapacity { get; set; } = 1000;

    /// <summary>Gets or sets a value indicating whether the receipt comes back in the response's additional properties.</summary>
    /// <value>The default is <see langword="true"/>. When streaming it comes on an extra, empty, trailing update.</value>
    public bool AttachToResponse { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether receipts hold the text of prompts and answers.</summary>
    /// <value>The default is <see langword="false"/>: no content leaves the request.</value>
    public bool IncludeContent { get; set; }

    /// <summary>Gets or sets how long a failing sink stays silent in the log after it was reported; every failure is counted.</summary>
    /// <value>The default is one minute; zero logs each failure.</value>
    public TimeSpan FailureLogWindow { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets the application's own way to say who asks, where neither the request nor a task does.</summary>
    /// <value>The default is <see langword="null"/>.</value>
    public Func<ChatOptions?, RequestIdentity?>? IdentitySelector { get; set; }

    /// <summary>Checks the options.</summary>
    /// <returns>The first error, which names the property and its limits, or <see langword="null"/>.</returns>
    public string? Validate()
    {
        if (RecentCapacity is < 0 or > MostRecent)
        {
            return $"{nameof(RecentCapacity)} is {RecentCapacity}; it must be from 0 to {MostRecent}.";
        }

        if (FailureLogWindow < TimeSpan.Zero)
        {
            return $"{nameof(FailureLogWindow)} is {FailureLogWindow}; it must not be negative.";
        }

        return ReferenceModelId is { } id && string.IsNullOrWhiteSpace(id) ? $"{nameof(ReferenceModelId)} is blank; name a model or leave it out." : null;
    }
}
