namespace TokenThrift.Caching;

/// <summary>Stands for a text among texts that are equal after folding. Takes little room: a long text is not kept.</summary>
internal readonly struct TextMark
{
    // To find the id costs by the length; most hits are never asked for it.
    private const int Longest = 2048;

    private readonly string _value;
    private readonly bool _isId;

    public TextMark(string text)
    {
        _isId = text.Length > Longest;
        _value = _isId ? AnswerGroup.IdOf(text) : text;
    }

    private TextMark(string id, bool isId) => (_value, _isId) = (id, isId);

    /// <summary>Gets the id.</summary>
    public string Id => _isId ? _value : AnswerGroup.IdOf(_value);

    /// <summary>Returns the mark of a text whose id is known.</summary>
    public static TextMark OfId(string id) => new(id, isId: true);
}
