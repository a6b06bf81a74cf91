using TokenThrift.Tokens;

namespace TokenThrift.Compression.Passes;

/// <summary>Runs passes one after another over a text; a rewrite stays only if it is clearly smaller in tokens.</summary>
internal sealed class PassPipeline(IReadOnlyList<ICompressionPass> passes, Action<string, Exception> onFault)
{
    // A rewrite that saves less than a twentieth is not worth a form that the model has not seen before.
    private const int SmallestShare = 20;

    public IReadOnlyList<ICompressionPass> Passes { get; } = passes;

    /// <summary>Rewrites a text.</summary>
    /// <param name="input">The text and where it comes from.</param>
    /// <param name="tokens">The tokens of the text.</param>
    /// <param name="counter">
    /// The counter, uncalibrated, so that the same text gives the same bytes everywhere; <see langword="null"/> to estimate by the
    /// length, for a pipeline whose outcome is measured once at its end.
    /// </param>
    /// <returns>The text as the last accepted pass left it, its tokens, and what each pass took away.</returns>
    public Rewrite Run(CompressionInput input, int tokens, ITokenCounter? counter)
    {
        int original = tokens;
        List<KeyValuePair<string, long>>? saved = null;
        bool isLossless = true;
        foreach (ICompressionPass pass in Passes)
        {
            string? text;
            try
            {
                text = pass.Apply(input);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                onFault(pass.Name, e);
                continue;
            }

            if (text is null || text.Length == 0 || text.Length >= input.Text.Length)
            {
                continue;
            }

            int after = counter?.CountText(text) ?? (int)((long)tokens * text.Length / input.Text.Length);
            if ((long)(tokens - after) * SmallestShare < tokens)
            {
                continue;
            }

            (saved ??= []).Add(new(pass.Name, tokens - after));
            isLossless &= pass.IsLossless;
            input = input with { Text = text };
            tokens = after;
        }

        return new Rewrite(input.Text, original, tokens, saved ?? [], isLossless);
    }

    /// <summary>What the passes made of a text.</summary>
    internal sealed record Rewrite(string Text, int OriginalTokens, int Tokens, IReadOnlyList<KeyValuePair<string, long>> Saved, bool IsLossless)
    {
        /// <summary>Puts what was counted in the place of what was estimated.</summary>
        public Rewrite Measured(string text, int tokens)
        {
            (string last, long estimated) = Saved[^1];
            return this with { Text = text, Tokens = tokens, Saved = [.. Saved.SkipLast(1), new(last, estimated + Tokens - tokens)] };
        }
    }
}
