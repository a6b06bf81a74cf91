namespace TokenThrift.Receipts;

/// <summary>Requests that asked for one model and were served by another, or the same.</summary>
/// <param name="Requested">The model that was asked for, or the reference model where the request named none.</param>
/// <param name="Served">The model that answered; <c>(cache)</c> or <c>(none)</c> where none did.</param>
/// <param name="Requests">The requests.</param>
/// <param name="Sum">Their sum.</param>
public sealed record RoutingFlow(string Requested, string Served, long Requests, SavingsSummary Sum);
