#include "ui/run/lanescard.h"

#include "ui/common/format.h"
#include "ui/run/stateorder.h"

using namespace Qt::StringLiterals;

namespace drover::ui {
namespace {

using run::DeviceState;

QString laneTitle(const run::Lane &lane)
{
    const QString count = number(lane.devices);
    if (!lane.cause.isEmpty())
        return u"%1 × %2"_s.arg(count, lane.cause);
    return u"%1 × %2"_s.arg(count, run::stateName(lane.state));
}

QString whatNext(const run::Lane &lane)
{
    if (!lane.remedy.isEmpty())
        return lane.remedy;
    if (lane.state == DeviceState::Waiting)
        return LanesCard::tr("Told again when they come back, until their deadline.");
    return lane.state == DeviceState::Throttled ? LanesCard::tr("Azure asked to wait; they are told again.") : QString();
}

QString namesOf(const run::Lane &lane)
{
    constexpr qsizetype shown = 3;
    const QString names = lane.first.first(std::min(shown, lane.first.size())).join(u", "_s);
    const qint64 more = lane.devices - std::min(shown, lane.first.size());
    return more > 0 ? LanesCard::tr("%1 and %2 more").arg(names, number(more)) : names;
}

Tone toneOf(DeviceState state)
{
    return state == DeviceState::Failed ? Tone::Bad : state == DeviceState::Skipped ? Tone::Neutral : Tone::Warn;
}

} // namespace

LanesCard::LanesCard(QWidget *parent)
    : Card(parent)
    , m_title(new ElidedLabel({}, Role::Strong, this))
    , m_retryAll(button({}, u"small"_s, u"retryAll"_s, this))
    , m_lines(nullptr)
{
    setObjectName(u"lanes"_s);
    m_title->setObjectName(u"lanesTitle"_s);
    auto *content = new QWidget;
    m_lines = new QVBoxLayout(content);
    m_lines->setContentsMargins(0, 0, 6, 0);
    m_lines->setSpacing(0);
    m_lines->setAlignment(Qt::AlignTop);
    auto *scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(content);
    scroll->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    auto *head = new QHBoxLayout;
    head->addWidget(m_title, 1);
    head->addWidget(m_retryAll);
    column()->addLayout(head);
    column()->addWidget(scroll, 1);
    setMinimumHeight(110);
    fill();
    connect(m_retryAll, &QPushButton::clicked, this, [this] { Q_EMIT retryAsked({}); });
}

void LanesCard::show(const run::RunStatus &status, const RunRules &rules)
{
    m_rules = rules;
    const int failed = countOf(status.counts, DeviceState::Failed);
    const qint64 causes = std::ranges::count(status.lanes, DeviceState::Failed, &run::Lane::state);
    m_title->setText(failed == 0 ? tr("Failed: none") : tr("Failed: %1, %2").arg(number(failed), counted(causes, tr("cause"), tr("causes"))));
    m_retryAll->setText(tr("Retry all %1").arg(number(failed)));
    m_retryAll->setVisible(causes > 1);
    if (m_lanes != status.lanes) {
        m_lanes = status.lanes;
        fill();
    }
    showRules();
}

void LanesCard::fill()
{
    // Newer numbers replace the lines: the keyboard stays on the button of the same name.
    const QWidget *focus = QApplication::focusWidget();
    const QString focused = focus != nullptr && isAncestorOf(focus) ? focus->objectName() : QString();
    clear(m_lines);
    for (size_t i = 0; i < m_lanes.size(); ++i)
        m_lines->addWidget(line(m_lanes[i], qsizetype(i)));
    if (m_lanes.empty())
        m_lines->addWidget(wrapped(tr("No device waits, is throttled, has failed or was left out."), Role::Quiet));
    if (focused.isEmpty())
        return;
    for (QPushButton *each : findChildren<QPushButton *>(focused)) {
        if (each->isVisibleTo(this))
            each->setFocus();
    }
}

QWidget *LanesCard::line(const run::Lane &lane, qsizetype index)
{
    auto *line = new QWidget;
    line->setObjectName(u"lane%1"_s.arg(index));
    auto *words = new QVBoxLayout;
    words->setSpacing(1);
    words->addWidget(wrapped(laneTitle(lane), Role::SmallStrong));
    if (const QString next = whatNext(lane); !next.isEmpty())
        words->addWidget(wrapped(next, Role::Quiet));
    auto *names = new ElidedLabel(namesOf(lane), Role::Quiet);
    words->addWidget(names);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(new ToneMark(toneOf(lane.state)), 0, Qt::AlignTop);
    row->addLayout(words, 1);
    auto *buttons = new QVBoxLayout;
    buttons->setSpacing(4);
    if (lane.state == DeviceState::Failed) {
        QPushButton *retry = button(tr("Retry %1").arg(number(lane.devices)), u"small"_s, u"retry:"_s + lane.cause);
        buttons->addWidget(retry);
        connect(retry, &QPushButton::clicked, this, [this, cause = lane.cause] { Q_EMIT retryAsked(cause); });
    }
    if (lane.state != DeviceState::Skipped) {
        QPushButton *skip = button(tr("Leave out"), u"small"_s, u"skip:%1:%2"_s.arg(run::stateName(lane.state), lane.cause));
        buttons->addWidget(skip);
        connect(skip, &QPushButton::clicked, this, [this, lane] { Q_EMIT skipAsked(lane); });
    }
    buttons->addStretch();
    row->addLayout(buttons);
    auto *column = new QVBoxLayout(line);
    column->setContentsMargins(0, 5, 0, 0);
    column->setSpacing(5);
    column->addLayout(row);
    column->addWidget(rule());
    return line;
}

void LanesCard::showRules()
{
    for (QPushButton *each : findChildren<QPushButton *>()) {
        if (each->objectName().startsWith(u"retry"_s))
            allow(each, m_rules.retry);
        else if (each->objectName().startsWith(u"skip"_s))
            allow(each, m_rules.skip);
    }
}

} // namespace drover::ui
