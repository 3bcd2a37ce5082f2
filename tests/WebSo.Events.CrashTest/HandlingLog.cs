using System.Globalization;
using FluentAssertions;

namespace WebSo.Events.CrashTest;

// What the handlers wrote, over all processes, held against the promise.
internal sealed class HandlingLog
{
    private readonly Dictionary<string, int> _ended = [];
    private readonly Dictionary<string, (int Number, string DeliveryId)> _open = [];
    private readonly Dictionary<(string, int), string> _ids = [];
    private readonly HashSet<(string, int)> _endedInThisProcess = [];

    public int Again { get; private set; }

    public int EndedOf(string document) => _ended.GetValueOrDefault(document);

    public static HandlingLog Check(IEnumerable<string> lines)
    {
        var log = new HandlingLog();
        foreach (var line in lines)
        {
            var parts = line.Split(' ');
            if (parts[0] == "start")
                log.Start();
            else if (parts[0] == "begin")
                log.Begin(parts[1], int.Parse(parts[2], CultureInfo.InvariantCulture), parts[3]);
            else
                log.End(parts[1], int.Parse(parts[2], CultureInfo.InvariantCulture));
        }

        return log;
    }

    private void Start()
    {
        _open.Clear();
        _endedInThisProcess.Clear();
    }

    private void Begin(string document, int number, string deliveryId)
    {
        _open.Should().NotContainKey(document, "two events of one document are never handled at a time");
        _endedInThisProcess.Should().NotContain((document, number), "only a process cut off is a reason to handle an event again");
        var ended = EndedOf(document);
        number.Should().BeInRange(Math.Max(1, ended), ended + 1, "events of document {0} are handled in order of arrival, and each", document);
        if (_ids.TryGetValue((document, number), out var before))
            deliveryId.Should().Be(before, "an event handled again has the same delivery ID");
        if (number == ended)
            Again++;
        _ids[(document, number)] = deliveryId;
        _open[document] = (number, deliveryId);
    }

    private void End(string document, int number)
    {
        _open.Remove(document, out var open);
        open.Number.Should().Be(number);
        _ended[document] = number;
        _endedInThisProcess.Add((document, number));
    }
}
