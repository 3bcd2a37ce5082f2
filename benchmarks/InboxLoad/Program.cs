using System.Globalization;
using InboxLoad;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["receiver", var variant, var path])
{
    await Receiver.RunAsync(Enum.Parse<Variant>(variant), path);
    return;
}

LoadClient.UseOneThread();
var folder = Directory.CreateDirectory(Path.Combine(Environment.CurrentDirectory, $"inboxload-{Environment.ProcessId}"));
try
{
    Console.WriteLine(Machine.Describe(folder.FullName));
    switch (args)
    {
        case []:
            await LoadRun.RunAsync(folder.FullName, 7, LoadRun.Connections, Enum.GetValues<Variant>());
            break;
        case ["--rounds", var rounds]:
            await LoadRun.RunAsync(folder.FullName, int.Parse(rounds), LoadRun.Connections, Enum.GetValues<Variant>());
            break;
        case ["--rounds", var rounds, var connections, .. var variants]:
            await LoadRun.RunAsync(folder.FullName, int.Parse(rounds), [int.Parse(connections)], [.. variants.Select(Enum.Parse<Variant>).Prepend(Variant.Bare).Distinct()]);
            break;
        case ["--lone", var calls]:
            await LoneRun.RunAsync(folder.FullName, int.Parse(calls));
            break;
        case ["--rows", var rows]:
            await RowsRun.RunAsync(folder.FullName, int.Parse(rows));
            break;
        default:
            Console.Error.WriteLine("Usage: InboxLoad [--rounds N [CONNECTIONS VARIANT ...] | --lone CALLS | --rows N]. Files are made in the working directory.");
            break;
    }
}
finally
{
    folder.Delete(recursive: true);
}
