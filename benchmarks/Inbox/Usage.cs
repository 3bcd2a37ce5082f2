namespace InboxBenchmark;

// What a receiver has used since its start, and how many events it has handled.
internal readonly record struct Usage(double ProcessorMicroseconds, long AllocatedBytes, long Handled);
