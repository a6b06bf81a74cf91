using TokenThrift.Redis.Tests;

// The test host does not come here: it is a machine of its own on the store of the tests.
return args switch
{
    [nameof(Machine), var port, var part] => await Machine.RunAsync(port, int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)),
    _ => 2,
};
