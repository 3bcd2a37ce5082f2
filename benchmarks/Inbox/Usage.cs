namespace InboxBenchmark;

// The resources that a receiver has used since its start, and the number of events that it has handled.
internal readonly record struct Usage(double ProcessorMicroseconds, long AllocatedBytes, long Handled);
