using System.Collections.Frozen;

namespace TokenThrift.Caching;

/// <summary>Words that are numbers, units or denials.</summary>
internal static class QuestionWords
{
    private static readonly FrozenDictionary<string, string> Numbers = Table("""
        zero 0|two 2|three 3|four 4|five 5|six 6|seven 7|eight 8|nine 9|ten 10|eleven 11|twelve 12|thirteen 13|fourteen 14
        fifteen 15|sixteen 16|seventeen 17|eighteen 18|nineteen 19|twenty 20|thirty 30|forty 40|fifty 50|sixty 60|seventy 70|eighty 80
        ninety 90|hundred 100|thousand 1000|million 1000000|billion 1000000000|dozen 12|half 0.5|quarter 0.25|twice 2|thrice 3
        third 3|fourth 4|fifth 5|sixth 6|seventh 7|eighth 8|ninth 9|tenth 10|eleventh 11|twelfth 12|thirteenth 13|fourteenth 14
        fifteenth 15|sixteenth 16|seventeenth 17|eighteenth 18|nineteenth 19|twentieth 20
        """);

    private static readonly FrozenDictionary<string, string> Units = Table("""
        km km|kilometre km|kilometres km|kilometer km|kilometers km|mile mi|miles mi|mph mph|kmh kmh|m m|metre m|metres m|meter m|meters m
        cm cm|centimetre cm|centimetres cm|centimeter cm|centimeters cm|mm mm|millimetre mm|millimetres mm|millimeter mm|millimeters mm
        inch in|inches in|foot ft|feet ft|ft ft|yard yd|yards yd|fathom fathom|fathoms fathom|nautical nmi|acre acre|acres acre
        hectare ha|hectares ha|kg kg|kilo kg|kilos kg|kilogram kg|kilograms kg|g g|gram g|grams g|mg mg|milligram mg|milligrams mg
        microgram µg|micrograms µg|mcg µg|lb lb|lbs lb|pound lb|pounds lb|ounce oz|ounces oz|oz oz|stone stone|ton ton|tons ton|tonne t|tonnes t
        litre l|litres l|liter l|liters l|ml ml|millilitre ml|millilitres ml|gallon gal|gallons gal|cup cup|cups cup|pint pint|pints pint
        teaspoon tsp|teaspoons tsp|tablespoon tbsp|tablespoons tbsp|celsius c|c c|fahrenheit f|f f|kelvin k
        ms ms|millisecond ms|milliseconds ms|s s|sec s|second s|seconds s|min min|minute min|minutes min|hour h|hours h|h h|hourly h
        day d|days d|daily d|week w|weeks w|weekly w|month mo|months mo|monthly mo|year y|years y|yearly y|annual y|annually y|decade dec|decades dec
        bit bit|bits bit|byte byte|bytes byte|kb kb|kilobyte kb|mb mb|megabyte mb|megabytes mb|gb gb|gigabyte gb|gigabytes gb|tb tb|terabyte tb|terabytes tb
        kbps kbps|mbps mbps|gbps gbps|hz hz|khz khz|mhz mhz|ghz ghz|db db|volt v|volts v|watt w.|watts w.|kw kw|kwh kwh|mwh mwh|joule j|joules j
        calorie cal|calories cal|a a.|ma ma|amp a.|amps a.|bar bar|psi psi|pascal pa|newton n|newtons n|kilonewton kn|kilonewtons kn
        euro eur|euros eur|eur eur|dollar usd|dollars usd|usd usd|pence gbp|gbp gbp|yen jpy|franc chf|francs chf|krone kr|kroner kr|krona kr|peso mxn|pesos mxn|rupee inr|rupees inr|yuan cny
        percent %|pixel px|pixels px|token tok|tokens tok
        """);

    private static readonly FrozenSet<string> Negations = """
        not no never none nobody nothing nowhere neither nor cannot cant can't don't dont doesn't doesnt didn't didnt isn't isnt aren't arent wasn't wasnt
        weren't werent won't wont wouldn't wouldnt shouldn't shouldnt couldn't couldnt hasn't hasnt haven't havent hadn't hadnt mustn't needn't ain't
        without except excluding unless nicht kein keine keinen keiner keinem nie niemals ohne pas sans jamais aucun aucune
        no nunca sin não nao sem niet geen zonder nooit non senza mai nessun nessuna
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    public static string? Number(string word) => Numbers.GetValueOrDefault(word);

    public static string? Unit(string word) => Units.GetValueOrDefault(word);

    public static bool IsNegation(string word) => Negations.Contains(word);

    private static FrozenDictionary<string, string> Table(string text) => text
        .Split(['|', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(pair => pair.Split(' '))
        .ToFrozenDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
}
