#pragma once

#include "models/core/clock.h"

namespace drover::run {

/// How a run paces itself; the plan's own options stand beside it.
struct RunOptions {
    /// Devices told to register a minute: DPS counts their registrations, and they come at once.
    double triggersPerMinute = 900;
    /// All that DPS allows; a pace is a share of it.
    double registrationsPerMinute = 1000;
    int devicesPerTrigger = 16;
    /// Fewer than one unit takes a second, so that a jam on the way cannot make a burst of them.
    int triggersInFlight = 32;
    int writesInFlight = 80;
    /// A device that was told and has not moved is told again after this, at most `tries` times in all.
    Duration retryAfter = std::chrono::seconds(120);
    int tries = 3;
    /// One whose answer was lost with the process that told it: looked for first, told again after this.
    Duration lostRetry = std::chrono::seconds(15);
    /// An offline device that was not seen coming back is tried again after this.
    Duration waitingRetry = std::chrono::minutes(5);
    /// A service that did not answer is asked again after this.
    Duration serviceRetry = std::chrono::seconds(10);
    int serviceTries = 6;
    /// Whoever comes so late to what was waited for has slept: nobody looked meanwhile, so no device was late.
    Duration slept = std::chrono::minutes(2);
    /// So often at most, so that a run on a computer that is always late ends all the same.
    int sleeps = 8;
    /// So long the services may tell nothing of where devices are before the run pauses and says why.
    Duration blindPatience = std::chrono::minutes(15);
    /// After this, jobs that send devices there are called off: it was more than one lost answer.
    Duration blindCallOff = std::chrono::seconds(15);
    /// After this it is said.
    Duration blindNotice = std::chrono::minutes(1);
    /// A run that is stopped waits so long for devices that were told already.
    Duration stopPatience = std::chrono::seconds(60);
};

} // namespace drover::run
