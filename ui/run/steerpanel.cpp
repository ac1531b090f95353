#include "ui/run/steerpanel.h"

#include "ui/common/format.h"
#include "ui/run/stateorder.h"

using namespace Qt::StringLiterals;

namespace drover::ui {

using run::DeviceState;

namespace {

QString devices(qint64 count)
{
    return counted(count, SteerPanel::tr("device"), SteerPanel::tr("devices"));
}

int devicesIn(const run::RunStatus &status, DeviceState state, const QString &cause, bool exactly)
{
    int all = 0;
    for (const run::Lane &lane : status.lanes) {
        if (lane.state == state && (exactly ? lane.cause == cause : lane.cause.contains(cause, Qt::CaseInsensitive)))
            all += lane.devices;
    }
    return all;
}

} // namespace

SteerPanel::SteerPanel(QWidget *parent)
    : QFrame(parent)
    , m_title(wrapped({}, Role::Strong, this))
    , m_text(wrapped({}, Role::Small, this))
    , m_figures {}
    , m_ids(new QLineEdit(this))
    , m_paces(makePaces())
    , m_busy(new QProgressBar(this))
    , m_primary(button({}, u"primary"_s, u"steerConfirm"_s, this))
    , m_other(button({}, {}, u"steerOther"_s, this))
    , m_cancel(button({}, {}, u"steerCancel"_s, this))
{
    setObjectName(u"steerPanel"_s);
    setProperty("banner", true);
    m_title->setObjectName(u"steerTitle"_s);
    m_text->setObjectName(u"steerText"_s);
    m_ids->setObjectName(u"skipIds"_s);
    m_ids->setPlaceholderText(tr("Device or registration IDs, with commas or blanks between them"));
    m_busy->setRange(0, 0);
    m_busy->setTextVisible(false);
    m_busy->setFixedWidth(160);
    build();
    connect(m_primary, &QPushButton::clicked, this, &SteerPanel::confirm);
    connect(m_other, &QPushButton::clicked, this, &SteerPanel::confirmOther);
    connect(m_cancel, &QPushButton::clicked, this, &SteerPanel::close);
    connect(m_ids, &QLineEdit::textChanged, this, &SteerPanel::show);
    connect(m_ids, &QLineEdit::returnPressed, m_primary, &QPushButton::click);
    auto *escape = new QShortcut(QKeySequence(Qt::Key_Escape), this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut);
    connect(escape, &QShortcut::activated, this, [this] {
        if (m_topic != Topic::Gate && m_topic != Topic::Working)
            close();
    });
    hide();
}

void SteerPanel::build()
{
    static const std::array names {u"steerFigure0"_s, u"steerFigure1"_s, u"steerFigure2"_s, u"steerFigure3"_s, u"steerFigure4"_s};
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    for (QWidget *each : std::initializer_list<QWidget *> {m_title, m_text, m_ids})
        words->addWidget(each);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(14, 10, 12, 10);
    row->setSpacing(14);
    row->addLayout(words, 1);
    for (size_t i = 0; i < m_figures.size(); ++i) {
        auto *box = new QWidget(this);
        auto *column = new QVBoxLayout(box);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(0);
        m_figures[i] = {.box = box, .value = label({}, Role::Heading, box), .name = label({}, Role::Quiet, box)};
        m_figures[i].value->setObjectName(names[i]);
        column->addWidget(m_figures[i].value);
        column->addWidget(m_figures[i].name);
        row->addWidget(box, 0, Qt::AlignVCenter);
    }
    for (QWidget *each : std::initializer_list<QWidget *> {m_paces, m_busy, m_other, m_primary, m_cancel})
        row->addWidget(each, 0, Qt::AlignVCenter);
}

QWidget *SteerPanel::makePaces()
{
    auto *box = new QWidget(this);
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    m_share = new QSpinBox(box);
    m_share->setObjectName(u"paceShare"_s);
    m_share->setAccessibleName(tr("Share of what DPS allows"));
    m_share->setRange(1, 100);
    m_share->setSuffix(tr(" %"));
    const auto add = [&](const QString &name, const QString &objectName, auto share) {
        QPushButton *each = button(name, u"small"_s, objectName, box);
        row->addWidget(each);
        connect(each, &QPushButton::clicked, this, [this, share] { m_share->setValue(int(std::lround(share(m_status) * 100))); });
    };
    add(tr("Careful"), u"paceCareful"_s, [](const run::RunStatus &) { return careful; });
    add(tr("Normal"), u"paceNormal"_s, [](const run::RunStatus &status) { return status.plannedPace; });
    add(tr("Urgent"), u"paceUrgent"_s, [](const run::RunStatus &) { return urgent; });
    row->addWidget(m_share);
    connect(m_share, &QSpinBox::valueChanged, this, &SteerPanel::show);
    return box;
}

void SteerPanel::setStatus(const run::RunStatus &status, const RunRules &rules)
{
    const bool other = status.id != m_status.id;
    m_status = status;
    m_rules = rules;
    if (other || !isPossible())
        close();
    if (m_topic == Topic::None && gateThatAsks(m_status))
        m_topic = Topic::Gate;
    show();
}

bool SteerPanel::isPossible() const
{
    switch (m_topic) {
    case Topic::Gate:
        return gateThatAsks(m_status).has_value();
    case Topic::Stop:
        return m_rules.stop.isEmpty();
    case Topic::Retry:
        return m_rules.retry.isEmpty() && devicesIn(m_status, DeviceState::Failed, m_cause, false) > 0;
    case Topic::Skip:
        return m_rules.skip.isEmpty() && (!m_lane || devicesIn(m_status, *m_lane, m_cause, true) > 0);
    case Topic::Pace:
        return m_rules.pace.isEmpty();
    case Topic::None:
    case Topic::Working:
        break;
    }
    return true;
}

void SteerPanel::ask(Topic topic)
{
    m_focusBefore = QApplication::focusWidget();
    m_topic = topic;
    show();
    // The safe answer is under the finger, not the one that cannot be taken back.
    QWidget *first = topic == Topic::Pace ? m_share : topic == Topic::Skip && !m_lane ? static_cast<QWidget *>(m_ids) : m_cancel;
    first->setFocus();
}

void SteerPanel::askRetry(const QString &cause)
{
    m_cause = cause;
    ask(Topic::Retry);
}

void SteerPanel::askSkip(const std::optional<run::Lane> &lane)
{
    m_lane = lane ? std::optional(lane->state) : std::nullopt;
    m_cause = lane ? lane->cause : QString();
    m_ids->clear();
    ask(Topic::Skip);
}

void SteerPanel::askPace()
{
    m_share->setValue(int(std::lround(m_status.pace * 100)));
    ask(Topic::Pace);
}

void SteerPanel::setWorking(const QString &doing)
{
    if (doing.isEmpty() && m_topic == Topic::Working)
        return close();
    if (doing.isEmpty())
        return;
    m_topic = Topic::Working;
    setWords(doing, tr("Nothing is changed by that."));
    show();
}

void SteerPanel::close()
{
    const QWidget *focus = QApplication::focusWidget();
    const bool hadFocus = focus != nullptr && isAncestorOf(focus);
    m_topic = gateThatAsks(m_status) ? Topic::Gate : Topic::None;
    show();
    if (hadFocus && m_focusBefore != nullptr && m_focusBefore->isVisible())
        m_focusBefore->setFocus();
}

void SteerPanel::show()
{
    const bool lane = m_lane.has_value();
    m_ids->setVisible(m_topic == Topic::Skip && !lane);
    m_text->setVisible(true);
    m_paces->setVisible(m_topic == Topic::Pace);
    m_busy->setVisible(m_topic == Topic::Working);
    m_primary->setVisible(m_topic != Topic::Working);
    m_other->setVisible(m_topic == Topic::Gate || m_topic == Topic::Stop);
    m_cancel->setVisible(m_topic != Topic::Gate && m_topic != Topic::Working);
    m_cancel->setText(tr("Cancel"));
    setFigures({});
    switch (m_topic) {
    case Topic::Gate:
        showGate();
        break;
    case Topic::Stop:
        showStop();
        break;
    case Topic::Retry:
        showRetry();
        break;
    case Topic::Skip:
        showSkip();
        break;
    case Topic::Pace:
        showPace();
        break;
    case Topic::None:
    case Topic::Working:
        break;
    }
    const Tone tone = m_topic == Topic::Stop ? Tone::Bad : m_topic == Topic::Gate ? Tone::Warn : Tone::Progress;
    if (property("shownTone") != int(tone)) {
        setProperty("shownTone", int(tone));
        setTone(this, tone);
        m_primary->setProperty("kind", tone == Tone::Bad ? u"danger"_s : u"primary"_s);
        m_primary->style()->unpolish(m_primary);
        m_primary->style()->polish(m_primary);
    }
    setVisible(m_topic != Topic::None);
}

void SteerPanel::setWords(const QString &title, const QString &text)
{
    m_title->setText(title);
    m_text->setText(text);
    setAccessibleName(title);
    setAccessibleDescription(text);
}

void SteerPanel::setFigures(const std::vector<std::pair<int, QString>> &figures)
{
    for (size_t i = 0; i < m_figures.size(); ++i) {
        m_figures[i].box->setVisible(i < figures.size());
        if (i >= figures.size())
            continue;
        m_figures[i].value->setText(number(figures[i].first));
        m_figures[i].name->setText(figures[i].second);
        m_figures[i].value->setAccessibleName(u"%1 %2"_s.arg(number(figures[i].first), figures[i].second));
    }
}

void SteerPanel::showGate()
{
    const size_t index = gateThatAsks(m_status).value_or(0);
    const run::WaveStatus &wave = m_status.waves[index];
    const bool failed = wave.verdict == run::WaveStatus::Verdict::Fail;
    const auto of = [&wave](DeviceState state) { return countOf(wave.counts, state); };
    const int next = m_status.waves[index + 1].devices;
    setWords(failed ? tr("Gate %1 failed: too many of wave %1 failed.").arg(index + 1)
                    : tr("Gate %1 is inconclusive: too few of wave %1 have arrived to tell.").arg(index + 1),
        tr("%1 Nothing new begins before you decide: go on with wave %2 all the same, or stop here.").arg(wave.sentence).arg(index + 2));
    setFigures({{of(DeviceState::Verified), tr("verified")}, {of(DeviceState::Failed), tr("failed")}, {of(DeviceState::Waiting), tr("offline")}});
    m_primary->setText(tr("Go on with %1").arg(devices(next)));
    allow(m_primary, m_rules.resume);
    m_other->setText(tr("Stop…"));
    allow(m_other, m_rules.stop);
}

void SteerPanel::showStop()
{
    const run::StopCounts counts = run::stopCounts(m_status.counts);
    const bool paused = m_status.phase == run::Phase::Paused;
    const QString back = m_status.undoes.isEmpty()
        ? tr(" “Stop and return” then plans the way back, for review.")
        : QString();
    setWords(tr("Stop this run for good?"), tr("A stopped run cannot be resumed.") + back);
    setFigures({{counts.stay, tr("moved, stay")}, {counts.finish, paused ? tr("told, not waited for") : tr("finish, waited for")},
        {counts.follow, tr("follow by themselves")}, {counts.neverStart, tr("never start")}, {counts.settled, tr("failed, left out")}});
    m_primary->setText(tr("Stop"));
    allow(m_primary, m_rules.stop);
    m_other->setText(tr("Stop and return…"));
    allow(m_other, m_rules.stopAndReturn);
    m_cancel->setText(paused ? tr("Keep it") : tr("Keep running"));
}

void SteerPanel::showRetry()
{
    const int all = countOf(m_status.counts, DeviceState::Failed);
    const int again = devicesIn(m_status, DeviceState::Failed, m_cause, false);
    QString text = tr("They are told to register again and verified anew. An enrollment that was refused is read first, and written only if it "
                      "is still as it was.");
    if (isOver(m_status.phase) || m_status.phase == run::Phase::Paused)
        text += tr(" The run is taken up again for that.");
    setWords(m_cause.isEmpty() ? tr("Try all failed devices again?") : tr("Try again: %1?").arg(m_cause), text);
    setFigures({{again, tr("tried again")}, {all - again, tr("stay failed")}});
    m_primary->setText(tr("Retry %1").arg(number(again)));
    allow(m_primary, m_rules.retry);
}

void SteerPanel::showSkip()
{
    const qint64 count = m_lane ? devicesIn(m_status, *m_lane, m_cause, true) : typedIds().size();
    const QString text = tr("The run does not wait for them any more. One whose enrollment is written already may still move by itself; the report "
                            "says so.");
    if (m_lane) {
        const QString why = m_cause.isEmpty() ? QString() : u": "_s + m_cause;
        setWords(tr("Leave out the devices that are %1%2?").arg(run::stateName(*m_lane), why), text);
        setFigures({{int(count), tr("left out")}, {m_status.total - int(count), tr("as before")}});
    } else {
        setWords(tr("Leave devices out of this run"), text + tr(" Those that have arrived stay verified."));
    }
    m_primary->setText(count > 0 ? tr("Leave out %1").arg(number(count)) : tr("Leave out"));
    allow(m_primary, !m_rules.skip.isEmpty() ? m_rules.skip : count == 0 ? tr("Type an ID first.") : QString());
}

void SteerPanel::showPace()
{
    const double all = m_status.pace > 0 ? m_status.limit / m_status.pace : 0;
    const double share = m_share->value() / 100.0;
    setWords(tr("Pace: %1").arg(paceName(share, m_status.plannedPace)),
        tr("%1 a minute, of %2 that DPS allows. It holds within seconds, and for the rest of the run.")
            .arg(devices(std::lround(all * share)), number(std::lround(all))));
    m_primary->setText(tr("Set pace"));
    allow(m_primary, m_rules.pace);
}

QStringList SteerPanel::typedIds() const
{
    static const QRegularExpression between(u"[,;\\s]+"_s);
    QStringList ids = m_ids->text().split(between, Qt::SkipEmptyParts);
    ids.removeDuplicates();
    return ids;
}

void SteerPanel::confirm()
{
    const Topic topic = m_topic;
    const RunChoice choice {.ids = m_lane ? QStringList() : typedIds(), .state = m_lane.value_or(DeviceState::Planned), .cause = m_cause};
    if (topic != Topic::Gate)
        close();
    if (topic == Topic::Gate)
        Q_EMIT resumeConfirmed();
    else if (topic == Topic::Stop)
        Q_EMIT stopConfirmed();
    else if (topic == Topic::Retry)
        Q_EMIT retryConfirmed(choice.cause);
    else if (topic == Topic::Skip)
        Q_EMIT skipConfirmed(choice);
    else if (topic == Topic::Pace)
        Q_EMIT paceConfirmed(m_share->value() / 100.0);
}

void SteerPanel::confirmOther()
{
    if (m_topic == Topic::Gate)
        return ask(Topic::Stop);
    close();
    Q_EMIT returnConfirmed();
}

} // namespace drover::ui
