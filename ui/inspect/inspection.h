#pragma once

#include "ui/common/theme.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace drover::ui {

/// A link of the chain enrollment → DPS → hub → application.
struct ChainNode {
    QString caption;
    QString value;
    QString detail;
    Tone tone = Tone::Neutral;
    /// Words on the arrow to the next node, and how it feels.
    QString arrow;
    Tone arrowTone = Tone::Neutral;
};

struct InspectionRow {
    QString label;
    QString value;
    Tone tone = Tone::Neutral;
};

struct InspectionCard {
    QString title;
    Tone tone = Tone::Neutral;
    std::vector<InspectionRow> rows;
};

struct HistoryLine {
    QString when;
    Tone tone = Tone::Neutral;
    QString sentence;
};

struct RequestLine {
    QString request;
    int status = 0;
    int milliseconds = 0;
};

/// All that the inspect page shows of one device.
struct Inspection {
    QString id;
    /// Quiet words behind the box: "registration ID · also 3 devices beginning with this text".
    QString note;
    Tone tone = Tone::Neutral;
    QString sentence;
    QString detail;
    /// What to do next; empty for nothing. Pressed, the page says actionRequested(id).
    QString action;
    std::vector<ChainNode> chain;
    std::vector<InspectionCard> cards;
    std::vector<HistoryLine> history;
    std::vector<RequestLine> requests;
};

/// One of several devices that a text may mean.
struct InspectionMatch {
    QString id;
    QString detail;
};

} // namespace drover::ui
