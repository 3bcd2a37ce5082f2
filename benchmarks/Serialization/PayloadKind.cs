namespace SerializationBenchmark;

public enum PayloadKind
{
    StatusChange,
    UserFinish,
    FieldSigned,
    RenderReturn,

    // With the name that stands without quotes in the documentation. The baseline can't read it, and reads the strict form.
    RenderReturnUnquoted,
    Unknown,
}
