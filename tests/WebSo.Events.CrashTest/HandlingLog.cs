using System.Globalization;
using FluentAssertions;

namespace WebSo.Events.CrashTest;

// What the handlers wrote, over all processes, held against the promise.
internal sealed class HandlingLog
{
    private readonly Dictionary<string, int> _ended = [];
    private readonly Dictionary<string, (string Handler, int Number)> _open = [];
    private readonly Dictionary<(string Document, int Number), string> _ids = [];
    private readonly HashSet<(string Handler, string Document, int Number)> _begun = [];
    private readonly HashSet<(string Handler, string Document, int Number)> _endedOnce = [];
    private readonly HashSet<(string Handler, string Document, int Number)> _endedInThisProcess = [];
    private readonly HashSet<(string Handler, string Document, int Number)> _endedForGood = [];

    // Calls of a handler for an event that an earlier process had called it for.
    public int Again { get; private set; }

    public int EndedOf(string document) => _ended.GetValueOrDefault(document);

    public static HandlingLog Check(IEnumerable<string> lines)
    {
        var log = new HandlingLog();
        foreach (var line in lines)
        {
            switch (line.Split(' '))
            {
                case ["start"]:
                    log.Start();
                    break;
                case ["stopped"]:
                    log._endedForGood.UnionWith(log._endedInThisProcess);
                    break;
                case ["begin", var handler, var document, var number, var deliveryId]:
                    log.Begin((handler, document, int.Parse(number, CultureInfo.InvariantCulture)), deliveryId);
                    break;
                case ["end", var handler, var document, var number, _]:
                    log.End((handler, document, int.Parse(number, CultureInfo.InvariantCulture)));
                    break;
                default:
                    throw new FormatException($"No line of a handler: {line}");
            }
        }

        return log;
    }

    private void Start()
    {
        _open.Clear();
        _endedInThisProcess.Clear();
    }

    private void Begin((string Handler, string Document, int Number) call, string deliveryId)
    {
        var (handler, document, number) = call;
        _open.Should().NotContainKey(document, "two events of one document are never handled at a time");
        _endedInThisProcess.Contains(call).Should().BeFalse("only a process cut off is a reason to call {0} again", call);
        _endedForGood.Contains(call).Should().BeFalse("a process that was asked to stop records that {0} completed", call);
        var ended = EndedOf(document);
        number.Should().BeInRange(Math.Max(1, ended), ended + 1, "events of document {0} are handled in order of arrival, and each", document);
        if (handler == Receiver.First)
            _begun.Contains((Receiver.Second, document, number)).Should().BeFalse("{0} had completed when the next handler was called, so it is not called again", call);
        else
            _endedOnce.Contains((Receiver.First, document, number)).Should().BeTrue("{0} is called after the first handler completed", call);
        if (_ids.TryGetValue((document, number), out var before))
            deliveryId.Should().Be(before, "an event handled again has the same delivery ID");

        if (!_begun.Add(call))
            Again++;
        _ids[(document, number)] = deliveryId;
        _open[document] = (handler, number);
    }

    private void End((string Handler, string Document, int Number) call)
    {
        _open.Remove(call.Document, out var open);
        open.Should().Be((call.Handler, call.Number));
        _endedOnce.Add(call);
        _endedInThisProcess.Add(call);
        if (call.Handler == Receiver.Second)
            _ended[call.Document] = call.Number;
    }
}
