using System.Globalization;

namespace TokenThrift.Samples.MonthEndClose.Plugins;

/// <summary>Works out expressions of decimal numbers with + - * / and brackets.</summary>
internal ref struct Arithmetic
{
    private readonly ReadOnlySpan<char> _text;
    private int _at;

    private Arithmetic(ReadOnlySpan<char> text) => _text = text;

    /// <summary>Returns the value, rounded to two decimals.</summary>
    public static decimal Evaluate(string expression)
    {
        var reader = new Arithmetic(expression);
        decimal value = reader.Sum();
        return reader.Peek() == '\0' ? Math.Round(value, 2, MidpointRounding.AwayFromZero) : throw new FormatException($"unexpected '{reader.Peek()}'");
    }

    private decimal Sum()
    {
        decimal value = Product();
        while (Peek() is '+' or '-')
        {
            value = _text[_at++] == '+' ? value + Product() : value - Product();
        }

        return value;
    }

    private decimal Product()
    {
        decimal value = Factor();
        while (Peek() is '*' or '/')
        {
            value = _text[_at++] == '*' ? value * Factor() : value / Factor();
        }

        return value;
    }

    private decimal Factor()
    {
        switch (Peek())
        {
            case '-':
                _at++;
                return -Factor();
            case '(':
                _at++;
                decimal inner = Sum();
                if (Peek() != ')')
                {
                    throw new FormatException("a bracket is not closed");
                }

                _at++;
                return inner;
            default:
                int start = _at;
                while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] == '.'))
                {
                    _at++;
                }

                return decimal.Parse(_text[start.._at], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        }
    }

    private char Peek()
    {
        while (_at < _text.Length && _text[_at] == ' ')
        {
            _at++;
        }

        return _at < _text.Length ? _text[_at] : '\0';
    }
}
