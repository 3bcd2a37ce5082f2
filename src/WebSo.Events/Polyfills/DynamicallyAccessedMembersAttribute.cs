#if !NET
namespace System.Diagnostics.CodeAnalysis;

// Contains only the value in use.
internal enum DynamicallyAccessedMemberTypes
{
    PublicConstructors = 3,
}

[AttributeUsage(AttributeTargets.GenericParameter | AttributeTargets.Parameter)]
internal sealed class DynamicallyAccessedMembersAttribute(DynamicallyAccessedMemberTypes memberTypes) : Attribute
{
    public DynamicallyAccessedMemberTypes MemberTypes { get; } = memberTypes;
}
#endif
