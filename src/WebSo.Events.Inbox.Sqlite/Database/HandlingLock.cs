namespace WebSo.Events;

// Of the processes on one file, the one that handles: it holds a file beside the database open, which the operating system lets no other
// do, and ends when the process does, however that ends.
internal sealed class HandlingLock(string path) : IDisposable
{
    private FileStream? _file;

    public bool TryAcquire()
    {
        if (_file is not null)
            return true;

        try
        {
            _file = PrivateFile.OpenExclusively(path);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }
}
