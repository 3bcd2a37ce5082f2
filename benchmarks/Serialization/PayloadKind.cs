namespace SerializationBenchmark;

public enum PayloadKind
{
    StatusChange,
    UserFinish,
    FieldSigned,
    RenderReturn,

    // The payload of the documentation with an unquoted name. The baseline can't read it and reads strict JSON instead.
    RenderReturnUnquoted,
    Unknown,
}
