#pragma once

#include "models/plan/facts.h"

namespace drover::plan {

/// Devices that one job names, and the longest list of their ids: Azure tells no limit of its condition, so it is kept
/// as short as a query is known to be taken.
inline constexpr int devicesPerJob = 500;
inline constexpr int longestCondition = 8'000;

/// As many as a job may name without making more devices register than the pace has it: what a fast job does at once is
/// waited for afterwards, and must be little.
int devicesInJob(double devicesPerSecond, double pacePerMinute);

/// "method,job,wait"; Usage naming the word that is none.
Result<TriggerChain> triggersOf(const QString &text);
QString wordsOf(const TriggerChain &chain);
/// How the devices of a plan are told, for people: "job, then method, then wait"; one for each way that hubs differ.
QString wordsOf(const std::vector<Telling> &tellings);

/// How each hub's devices are told: what was asked for, as far as the hub and the enrollments allow it; otherwise by
/// method, or by jobs where there are many, and those that cannot be told are waited for.
std::vector<Telling> tellingsOf(const Facts &facts);
/// As it is chosen for so many devices of a hub when nothing else is asked for.
Telling usualTelling(const HubHostName &source, const fleet::Stamp *stamp, qint64 devices);
/// A sentence for each.
std::vector<QString> explained(const Facts &facts, const std::vector<Telling> &tellings);
/// Methods for at most this many devices of a wave, although jobs come first: they answer at once. More where each device
/// has an enrollment of its own, which takes calls for each anyway.
inline constexpr int soonerByMethod = 10;
inline constexpr int soonerByMethodAlone = 100;

} // namespace drover::plan
