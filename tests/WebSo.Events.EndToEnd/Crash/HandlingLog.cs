using System.Diagnostics;
using System.Globalization;
using FluentAssertions;

namespace WebSo.Events.EndToEnd.Crash;

// Checks the guarantees against the logs of all handlers in all processes. Process IDs must be unique within a test.
internal sealed class HandlingLog
{
    private readonly Dictionary<string, int> _ended = [];
    private readonly Dictionary<string, (string Process, string Handler, int Number, long Begin)> _open = [];
    private readonly Dictionary<(string Document, int Number), string> _ids = [];
    private readonly HashSet<(string Handler, string Document, int Number)> _begun = [];
    private readonly HashSet<(string Handler, string Document, int Number)> _endedOnce = [];
    private readonly HashSet<(string Process, string Handler, string Document, int Number)> _begunByProcess = [];
    private readonly HashSet<(string Process, string Handler, string Document, int Number)> _endedByProcess = [];
    private readonly HashSet<(string Handler, string Document, int Number)> _endedForGood = [];

    // The number of calls that repeat a call of an earlier process.
    public int RepeatedCalls { get; private set; }

    public int LastHandledOf(string document) => _ended.GetValueOrDefault(document);

    // Orders the lines of all processes by time. They share the clock of the machine.
    public static HandlingLog Check(IEnumerable<string> lines)
    {
        var log = new HandlingLog();
        foreach (var line in lines.Select(line => line.Split(' ')).OrderBy(line => long.Parse(line[0], CultureInfo.InvariantCulture)))
        {
            switch (line[1..])
            {
                case [_, "start"]:
                    break;
                case [var process, "ended"]:
                    log.EndProcess(process);
                    break;
                case [var process, "stopped"]:
                    log._endedForGood.UnionWith(log._endedByProcess.Where(call => call.Process == process).Select(call => (call.Handler, call.Document, call.Number)));
                    break;
                case [var process, "begin", var handler, var document, var number, var deliveryId]:
                    log.Begin(process, (handler, document, int.Parse(number, CultureInfo.InvariantCulture)), deliveryId, long.Parse(line[0], CultureInfo.InvariantCulture));
                    break;
                case [_, "canceled", _, var document, _]:
                    log._open.Remove(document);
                    break;
                case [var process, "end", var handler, var document, var number, _]:
                    log.End(process, (handler, document, int.Parse(number, CultureInfo.InvariantCulture)));
                    break;
                default:
                    throw new FormatException($"Unknown line in the log of a handler: {string.Join(' ', line)}");
            }
        }

        return log;
    }

    private void EndProcess(string process)
    {
        foreach (var document in _open.Where(open => open.Value.Process == process).Select(open => open.Key).ToList())
            _open.Remove(document);
    }

    private void Begin(string process, (string Handler, string Document, int Number) call, string deliveryId, long tick)
    {
        var (handler, document, number) = call;
        if (_open.TryGetValue(document, out var open))
        {
            throw new InvalidOperationException(
                $"Process {process} calls {call} while process {open.Process} handles {open.Number} ({open.Handler}), which began {Stopwatch.GetElapsedTime(open.Begin, tick).TotalSeconds:0.000} s earlier. "
                + "Two events of one document must never be handled at the same time, in any process.");
        }

        _endedByProcess.Contains((process, handler, document, number)).Should().BeFalse("only an ended process is a reason to repeat {0}", call);
        _endedForGood.Contains(call).Should().BeFalse("a process that was asked to stop records that {0} completed", call);
        var ended = LastHandledOf(document);
        number.Should().BeInRange(Math.Max(1, ended), ended + 1, "every event of document {0} is handled, in order of arrival", document);
        if (handler == Receiver.First)
            _begunByProcess.Contains((process, Receiver.Second, document, number)).Should().BeFalse("{0} completed before the next handler was called, so it is not repeated", call);
        else
            _endedOnce.Contains((Receiver.First, document, number)).Should().BeTrue("{0} is called after the first handler completed", call);
        if (_ids.TryGetValue((document, number), out var before))
            deliveryId.Should().Be(before, "a repeated event has the same delivery ID");

        if (!_begun.Add(call))
            RepeatedCalls++;
        _begunByProcess.Add((process, handler, document, number));
        _ids[(document, number)] = deliveryId;
        _open[document] = (process, handler, number, tick);
    }

    private void End(string process, (string Handler, string Document, int Number) call)
    {
        _open.Remove(call.Document, out var open);
        (open.Process, open.Handler, open.Number).Should().Be((process, call.Handler, call.Number));
        _endedOnce.Add(call);
        _endedByProcess.Add((process, call.Handler, call.Document, call.Number));
        if (call.Handler == Receiver.Second)
            _ended[call.Document] = call.Number;
    }
}
