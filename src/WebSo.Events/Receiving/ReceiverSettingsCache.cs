namespace WebSo.Events.Receiving;

// Caches the settings of the current options.
internal sealed class ReceiverSettingsCache(Endpoint endpoint)
{
    private ReceiverSettings _settings = new(endpoint.Options);

    public ReceiverSettings Current
    {
        get
        {
            var options = endpoint.Options;
            var settings = Volatile.Read(ref _settings);
            if (ReferenceEquals(settings.Options, options))
                return settings;

            settings = new ReceiverSettings(options);
            Volatile.Write(ref _settings, settings);
            return settings;
        }
    }
}
