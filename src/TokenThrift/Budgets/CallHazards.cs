using System.Globalization;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Budgets;

/// <summary>What a request holds that takes its size or its price out of our hands. A function of plain values.</summary>
internal readonly record struct CallHazards
{
    private const int MostChoices = 128;

    /// <summary>Gets a value indicating whether something may change the output limit after us, so that writing it has no force.</summary>
    public bool OutputIsOutOfHand { get; init; }

    /// <summary>Gets a value indicating whether something may add to the input after us.</summary>
    public bool InputIsOutOfHand { get; init; }

    /// <summary>Gets how many answers the request asks for beyond one, each with the whole output limit.</summary>
    public int MoreChoices { get; init; }

    /// <summary>Gets a value indicating whether the request asks for a number of answers that cannot be read.</summary>
    public bool HasUnknownChoices { get; init; }

    /// <summary>Gets the name of a tool that runs at the provider, where it can read and bill without end; else <see langword="null"/>.</summary>
    public string? HostedTool { get; init; }

    /// <summary>Gets a value indicating whether there is sound in the input, which is billed at prices of its own.</summary>
    public bool HasAudio { get; init; }

    public static CallHazards Of(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        bool hasFactory = options?.RawRepresentationFactory is not null;
        CallHazards hazards = options?.AdditionalProperties is { } properties ? OfProperties(properties) : default;
        return hazards with
        {
            OutputIsOutOfHand = hasFactory || hazards.OutputIsOutOfHand,
            InputIsOutOfHand = hasFactory,
            HostedTool = options?.Tools is { Count: > 0 } tools ? tools.FirstOrDefault(static t => t is not AIFunctionDeclaration)?.Name : null,
            HasAudio = HasAudioIn(messages),
        };
    }

    // Adapters of some vendors send what they find here as it is.
    private static CallHazards OfProperties(AdditionalPropertiesDictionary properties)
    {
        var hazards = default(CallHazards);
        foreach ((string key, object? value) in properties)
        {
            if (key.StartsWith(RequestSettings.Prefix, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            switch (string.Concat(key.Where(char.IsAsciiLetter)).ToLowerInvariant())
            {
                case "maxtokens" or "maxoutputtokens" or "maxcompletiontokens" or "maxnewtokens" or "numpredict":
                    hazards = hazards with { OutputIsOutOfHand = true };
                    break;
                case "n" or "bestof" or "candidatecount" or "numchoices" or "numcompletions":
                    hazards = int.TryParse(Convert.ToString(value, CultureInfo.InvariantCulture), NumberStyles.None, CultureInfo.InvariantCulture, out int asked) && asked is >= 1 and <= MostChoices
                        ? hazards with { MoreChoices = Math.Max(hazards.MoreChoices, asked - 1) }
                        : hazards with { HasUnknownChoices = true };
                    break;
            }
        }

        return hazards;
    }

    private static bool HasAudioIn(IReadOnlyList<ChatMessage> messages)
    {
        for (int i = 0; i < messages.Count; i++)
        {
            IList<AIContent> contents = messages[i].Contents;
            for (int j = 0; j < contents.Count; j++)
            {
                if ((contents[j] is DataContent data && data.HasTopLevelMediaType("audio")) || (contents[j] is UriContent uri && uri.HasTopLevelMediaType("audio")))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
