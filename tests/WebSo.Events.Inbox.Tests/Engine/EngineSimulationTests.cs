using System.Globalization;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.Tests;

// Checks the guarantees of the inbox under random schedules, on two engines and one file: calls, retries, failures, pauses, lost commits,
// graceful restarts, processes that freeze with all their leases, and replays. WEBSO_LONG_TESTS=1 runs thousands of schedules; WEBSO_SEED=N
// runs the schedule of one seed.
public sealed class EngineSimulationTests
{
    private const int AtATime = 4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 3_600_000)]
    public async Task Run_RandomSchedule_HandlesEachDeliveryInOrder()
    {
        var seeds = Environment.GetEnvironmentVariable("WEBSO_SEED") is { Length: > 0 } given
            ? [int.Parse(given, CultureInfo.InvariantCulture)]
            : Enumerable.Range(Random.Shared.Next(1_000_000_000), LongRun.IsOn ? 3000 : 60);

        await Parallel.ForEachAsync(seeds, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = Token }, async (seed, _) =>
        {
            await using var simulation = new EngineSimulation(seed);
            try
            {
                await simulation.RunAsync();
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"WEBSO_SEED={seed} breaks it: {failure.Message}\nThe steps: {simulation.Schedule}", failure);
            }
        });
    }

    // Each step acts on one of two engines like a process: it holds what it claimed until it writes the result.
    private sealed class EngineSimulation(int seed) : EngineContract
    {
        private const int Documents = 3;

        private readonly TempFolder _folder = new();
        private readonly Random _random = new(seed);
        private readonly List<string> _steps = [];
        private readonly List<Lease> _held = [];
        private readonly Dictionary<string, List<Guid>> _stored = [];
        private readonly Dictionary<Guid, string> _documents = [];
        private readonly Dictionary<Guid, int> _runs = [];
        private readonly Dictionary<Guid, int> _ended = [];
        private readonly List<LostCommitDialect> _dialects = [];
        private InboxEngine[] _both = [];
        private int _number;

        public string Schedule => string.Join(", ", _steps);

        public async Task RunAsync()
        {
            _both = [await OpenAsync(), await OpenAsync()];
            await InitializeAsync();
            for (var count = _random.Next(20, 60); count > 0; count--)
            {
                await StepAsync();
                await CheckInvariantsAsync();
            }

            await EndAsync();
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            _folder.Dispose();
        }

        private protected override InboxDialect CreateDialect(TimeProvider timeProvider) => new SqliteDialect(new SqliteFile(_folder.File(), allowUnsafeFileSystem: false));

        private InboxEngine One => _both[_random.Next(2)];

        private async Task<InboxEngine> OpenAsync()
        {
            var dialect = new LostCommitDialect(CreateDialect(Time));
            _dialects.Add(dialect);
            return await OpenAnotherAsync(dialect);
        }

        private Task StepAsync() => _random.Next(100) switch
        {
            < 30 => StoreAsync(),
            < 40 => RetryCallAsync(),
            < 55 => ClaimSomeAsync(),
            < 78 => EndOneAsync(),
            < 83 => FreezeAsync(),
            < 88 => ReplayOneAsync(),
            < 93 => LoseCommitAsync(),
            _ => PassSomeAsync(),
        };

        private async Task StoreAsync()
        {
            var document = $"document-{_random.Next(Documents)}";
            Note($"store {document}/{++_number}");
            var id = await AppendAsync(One, Delivery(document, key: $"{_number}", window: TimeSpan.FromDays(1)));
            if (!_stored.TryGetValue(document, out var ids))
                _stored.Add(document, ids = []);
            ids.Add(id);
            (_documents[id], _runs[id]) = (document, 1);
        }

        private async Task RetryCallAsync()
        {
            if (_number == 0)
                return;
            var number = _random.Next(1, _number + 1);
            Note($"retry {number}");
            (await One.AppendAsync(Delivery(key: $"{number}", window: TimeSpan.FromDays(1)), Token)).IsDuplicate.Should().BeTrue();
        }

        private async Task ClaimSomeAsync()
        {
            var leases = await ClaimAsync(One, _random.Next(1, 4));
            Note($"claim {leases.Count}");
            foreach (var lease in leases)
                Begin(lease);
        }

        private void Begin(Lease lease)
        {
            var id = lease.Context.DeliveryId;
            _held.Should().NotContain(other => other.DocumentId == lease.DocumentId, "one delivery of a document is handled at a time");
            lease.Run.Should().Be(_runs[id], "no run starts without a request");
            _ended.GetValueOrDefault(id).Should().BeLessThan(lease.Run, "no run is handled again after it has ended");
            var earlier = _stored[lease.DocumentId].TakeWhile(one => one != id).Where(one => _ended.GetValueOrDefault(one) < 1);
            earlier.Should().BeEmpty("what was stored before it has ended");
            _held.Add(lease);
        }

        private async Task EndOneAsync()
        {
            if (_held.Count == 0)
                return;
            var lease = _held[_random.Next(_held.Count)];
            var kind = _random.Next(5);
            Note($"end {lease.DocumentId} as {kind}");
            var done = kind switch
            {
                0 => await One.UpdateLeaseAsync(new LeaseUpdate(lease, LeaseUpdateKind.Retry) { Delay = TimeSpan.FromSeconds(_random.Next(5)), Error = "drawn" }, Token),
                1 => await One.UpdateLeaseAsync(new LeaseUpdate(lease, LeaseUpdateKind.Release), Token),
                2 => await FinishAsync(One, lease, WebSoInboxState.DeadLetter, "drawn"),
                _ => await FinishAsync(One, lease, WebSoInboxState.Handled),
            };
            done.Should().BeTrue("nobody else has its lease");
            _held.Remove(lease);
            if (kind >= 2)
                _ended[lease.Context.DeliveryId] = lease.Run;
        }

        // Freezes until the leases expire. The results that are written afterwards change nothing.
        private async Task FreezeAsync()
        {
            Note("freeze");
            await PassLeaseAsync();
            var lost = _held.ToList();
            _held.Clear();
            var leases = await ClaimAsync(One);
            foreach (var lease in leases)
                Begin(lease);
            foreach (var lease in lost.Where(lease => leases.Any(taken => taken.Sequence == lease.Sequence)))
                (await FinishAsync(One, lease, WebSoInboxState.Handled)).Should().BeFalse();
        }

        private async Task ReplayOneAsync()
        {
            var ended = _ended.Where(one => one.Value == _runs[one.Key]).Select(one => one.Key).ToList();
            if (ended.Count == 0)
                return;
            var id = ended[_random.Next(ended.Count)];
            Note($"replay {_documents[id]}");

            // Zero means that the COMMIT was lost and the repeated batch found nothing to do. Each run is checked when it starts.
            (await One.ReplayAsync(new WebSoInboxFilter { DeliveryId = id }, static _ => null, Token)).Should().BeInRange(0, 1);
            _runs[id]++;
        }

        private Task LoseCommitAsync()
        {
            Note("lose a commit");
            _dialects[_random.Next(_dialects.Count)].LoseNext();
            return Task.CompletedTask;
        }

        private async Task PassSomeAsync()
        {
            Note("time passes");
            await PassAsync(TimeSpan.FromSeconds(_random.Next(1, 6)));
        }

        private async Task EndAsync()
        {
            Note("end");
            while (_runs.Any(run => _ended.GetValueOrDefault(run.Key) < run.Value))
            {
                foreach (var lease in _held.ToList())
                {
                    (await FinishAsync(One, lease, WebSoInboxState.Handled)).Should().BeTrue();
                    _held.Remove(lease);
                    _ended[lease.Context.DeliveryId] = lease.Run;
                }

                await PassAsync(TimeSpan.FromSeconds(6));
                foreach (var lease in await ClaimAsync(One))
                    Begin(lease);
                if (_held.Count == 0)
                    (await LeftAsync()).Should().BeEmpty("nobody has it, and nobody gets it");
            }

            await CheckInvariantsAsync();
            (await Engine.ListAsync(new WebSoInboxFilter(), 1000, null, Token)).Entries.Should().HaveCount(_runs.Count).And.OnlyContain(
                entry => entry.State == WebSoInboxState.Handled || entry.State == WebSoInboxState.DeadLetter);
        }

        private async Task<string> LeftAsync()
        {
            var entries = (await Engine.ListAsync(new WebSoInboxFilter(), 1000, null, Token)).Entries.Where(entry => _ended.GetValueOrDefault(entry.DeliveryId) < _runs[entry.DeliveryId]);
            return string.Join("; ", entries.Select(entry => $"{entry.DocumentId} {entry.State} replay {entry.IsReplay} next {entry.NextAttemptAt:O} now {Time.GetUtcNow():O} run {_runs[entry.DeliveryId]}"));
        }

        private void Note(string step) => _steps.Add(step);
    }
}
