#pragma once

#include "models/core/error.h"
#include "models/run/event.h"

#include <QCoroTask>
#include <QUrl>

#include <stop_token>

namespace drover::migration {

/// What whoever carries a run out has asked after each wave: a command or an address. It is given on the spot and never
/// comes from a plan.
struct Probe {
    /// For /bin/sh.
    QString command;
    QUrl url;
    std::chrono::milliseconds patience = std::chrono::seconds(60);

    bool isGiven() const { return !command.isEmpty() || !url.isEmpty(); }
};

/// Usage error for both at once, or an address that is none.
Result<Probe> parseProbe(const QString &command, const QString &url);

/// Exit 0 or status 200 is a pass, no answer in time inconclusive, all else a fail. The command finds the run and the
/// wave in DROVER_RUN and DROVER_WAVE.
QCoro::Task<run::ProbeAnswered> ask(Probe probe, QString run, int wave, std::stop_token stop);

} // namespace drover::migration
