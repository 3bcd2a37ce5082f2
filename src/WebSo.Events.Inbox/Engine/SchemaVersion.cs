namespace WebSo.Events.Engine;

internal static class SchemaVersion
{
    public static WebSoInboxStoreException TooNew(InboxDialect dialect, long version) => new(
        $"{dialect.Name} has schema version {version}, and this program knows up to {InboxSchema.Version}: a newer version of it has migrated the inbox. "
        + "Update this program, or restore the backup from before the migration. Nothing was changed.");
}
