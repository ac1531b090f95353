#pragma once

#include "models/core/error.h"
#include "ui/common/theme.h"

#include <QSize>

namespace drover::console {

/// Where the fleet is. Everything empty: nobody said yet, the first-start page asks.
struct Source {
    /// Scenario of a simulated Azure that lives and dies with this program.
    QString scenario;
    double speed = 60;
    QString endpoints;
    QString profile;
    QStringList connectionStrings;
    /// Where the runs are remembered, as the first-start page was told; its password, if it is a server.
    QString journal = {};
    QByteArray journalPassword = {};

    bool isEmpty() const { return scenario.isEmpty() && endpoints.isEmpty() && profile.isEmpty() && connectionStrings.isEmpty(); }
};

/// What the command line asks for.
struct Options {
    Source source;
    /// Empty: this person's own journal, or a passing one for the simulated Azure.
    QString journal;
    std::optional<ui::Theme> theme;
    std::optional<QSize> size;
    /// A run to take up as soon as the fleet is connected.
    QString resume;
    /// Where to tell assistive scripts what is on the screen; empty = nowhere.
    QString automation;
};

/// Usage with a sentence for what cannot be understood; --help and --version print and leave.
Result<Options> parseOptions(const QStringList &arguments);

} // namespace drover::console
