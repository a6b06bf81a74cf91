namespace TokenThrift.Routing;

/// <summary>Computes an expression of numbers, the four operations, brackets and percentages, with the usual precedence.</summary>
internal ref struct Expression(ReadOnlySpan<CalculationToken> tokens)
{
    private const int Deepest = 32;
    private readonly ReadOnlySpan<CalculationToken> _tokens = tokens;
    private int _at;
    private int _depth;
    private bool _isBroken;

    /// <summary>Computes the value.</summary>
    /// <param name="tokens">The expression, without words.</param>
    /// <returns>The value, or <see langword="null"/> when it cannot be read or has none.</returns>
    public static double? Compute(ReadOnlySpan<CalculationToken> tokens)
    {
        var expression = new Expression(tokens);
        double value = expression.Sum();
        return expression._isBroken || expression._at < tokens.Length || !double.IsFinite(value) ? null : value;
    }

    private readonly char Next => _at < _tokens.Length && _tokens[_at].Kind == CalculationTokenKind.Operator ? _tokens[_at].Mark : '\0';

    private double Sum()
    {
        double value = Product();
        while (Next is '+' or '-' && !_isBroken)
        {
            bool isPlus = _tokens[_at++].Mark == '+';
            double right = Product();
            value += isPlus ? right : -right;
        }

        return value;
    }

    private double Product()
    {
        double value = Factor();
        while (Next is '*' or '/' or '(' && !_isBroken)
        {
            // Two brackets side by side are multiplied.
            char mark = Next;
            _at += mark == '(' ? 0 : 1;
            double right = Factor();
            value = mark == '/' ? value / right : value * right;
        }

        return value;
    }

    private double Factor()
    {
        double value = double.NaN;
        if (_at < _tokens.Length && _tokens[_at].Kind == CalculationTokenKind.Number)
        {
            value = _tokens[_at++].Number;
        }
        else if (Next == '-' && ++_depth < Deepest)
        {
            _at++;
            value = -Factor();
            _depth--;
        }
        else if (Next == '(' && ++_depth < Deepest)
        {
            _at++;
            value = Sum();
            _isBroken |= Next != ')';
            _at++;
            _depth--;
        }
        else
        {
            _isBroken = true;
        }

        if (Next == '%')
        {
            _at++;
            value /= 100;
        }

        return value;
    }
}
