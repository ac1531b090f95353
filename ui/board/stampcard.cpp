#include "ui/board/stampcard.h"

#include "ui/common/capacitybar.h"
#include "ui/common/format.h"
#include "ui/common/targets.h"

using namespace Qt::StringLiterals;

namespace drover::ui {
namespace {

constexpr size_t shownChips = 6;

QString describe(const fleet::Stamp &stamp)
{
    QStringList parts {u"%1 × %2"_s.arg(stamp.sku.name).arg(stamp.sku.units)};
    if (!stamp.region.isEmpty())
        parts += stamp.region;
    if (!stamp.generation.isEmpty())
        parts += u"gen %1"_s.arg(stamp.generation);
    if (stamp.application == fleet::Application::Own)
        parts += u"own app"_s;
    if (stamp.application == fleet::Application::Gateway)
        parts += u"gateway"_s;
    return parts.join(u" · "_s);
}

QString fillText(const fleet::Stamp &stamp)
{
    const auto ceiling = stamp.ceiling();
    QString text = ceiling ? u"of %1"_s.arg(number(*ceiling)) : u"devices, no capacity declared"_s;
    if (stamp.health.connected)
        text += u" · %1 connected"_s.arg(number(*stamp.health.connected));
    if (stamp.arriving > 0)
        text += u" · %1 arriving"_s.arg(number(stamp.arriving));
    return text;
}

} // namespace

StampCard::StampCard(const fleet::Stamp &stamp, std::vector<fleet::SetOnStamp> sets, bool compact, QWidget *parent)
    : Card(parent)
    , m_name(stamp.name)
    , m_title(stamp.title.isEmpty() ? stamp.name.text() : stamp.title)
    , m_hub(stamp.hub)
    , m_population(stamp.population())
    , m_outage(stamp.health.state == fleet::HubHealth::State::Outage)
    , m_bar(new CapacityBar(this))
    , m_state(label({}, Role::SmallStrong, this))
    , m_reason(wrapped({}, Role::Quiet, this))
{
    setObjectName(u"card:"_s + m_name.text());
    setAccessibleName(u"%1, %2 %3"_s.arg(m_title, number(m_population), fillText(stamp)));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    m_state->setObjectName(u"state"_s);
    m_reason->setObjectName(u"reason"_s);
    m_reason->hide();
    addHead(stamp);
    addFill(stamp);
    if (!compact)
        addChips(stamp, std::move(sets));
    column()->addStretch();
    makeFades();
    showState();
    if (m_outage || !stamp.health.trouble.isEmpty())
        m_state->setToolTip(stamp.health.trouble);
}

void StampCard::addHead(const fleet::Stamp &stamp)
{
    auto *head = new QHBoxLayout;
    head->addWidget(new ElidedLabel(m_title, Role::Heading), 1);
    head->addWidget(m_state);
    column()->addLayout(head);
    column()->setSpacing(5);
    column()->addWidget(wrapped(describe(stamp), Role::Quiet));
    column()->addSpacing(3);
}

void StampCard::addFill(const fleet::Stamp &stamp)
{
    m_bar->setFill(m_population, stamp.ceiling(), !m_outage);
    column()->addWidget(m_bar);
    auto *counts = new QHBoxLayout;
    counts->setSpacing(4);
    const QString population = stamp.health.identities ? number(m_population) : u"?"_s;
    counts->addWidget(label(population, Role::SmallStrong), 0, Qt::AlignTop);
    QLabel *rest = wrapped(fillText(stamp), Role::Quiet);
    rest->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    // One pixel down: the smaller text then stands on the number's base line.
    rest->setContentsMargins(0, 1, 0, 0);
    counts->addWidget(rest, 1);
    column()->addLayout(counts);
    column()->addWidget(m_reason);
}

void StampCard::addChips(const fleet::Stamp &stamp, std::vector<fleet::SetOnStamp> sets)
{
    column()->addSpacing(2);
    if (m_outage && m_population > 0) {
        QPushButton *evacuate = button(tr("Evacuate…"), u"small"_s, u"evacuate"_s, this);
        column()->addWidget(evacuate, 0, Qt::AlignLeft);
        connect(evacuate, &QPushButton::clicked, this, [this, evacuate] { Q_EMIT moveToRequested(everything(), evacuate); });
    }
    auto *rest = new QWidget(this);
    auto *restColumn = new QVBoxLayout(rest);
    restColumn->setContentsMargins(0, 0, 0, 0);
    restColumn->setSpacing(5);
    const size_t count = sets.size();
    for (size_t i = 0; i < count; ++i)
        addChip(std::move(sets[i]), stamp.ring, i < shownChips ? column() : restColumn);
    rest->hide();
    column()->addWidget(rest);
    if (count <= shownChips)
        return;
    QPushButton *more = button(tr("%1 more sets").arg(count - shownChips), u"link"_s, u"more"_s, this);
    column()->addWidget(more, 0, Qt::AlignLeft);
    connect(more, &QPushButton::clicked, this, [rest, more] {
        rest->show();
        more->hide();
    });
}

void StampCard::addChip(fleet::SetOnStamp set, fleet::Ring ring, QBoxLayout *into)
{
    auto *chip = new SetChip(std::move(set), ring, this);
    into->addWidget(chip);
    m_chips.push_back(chip);
    connect(chip, &SetChip::dragRequested, this, [this, chip] { Q_EMIT dragRequested(chip->set(), chip); });
    connect(chip, &SetChip::moveToRequested, this, [this, chip] { Q_EMIT moveToRequested(chip->set(), chip); });
}

void StampCard::makeFades()
{
    for (QWidget *part : findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly)) {
        if (part == m_state || part == m_reason)
            continue;
        auto *fade = new QGraphicsOpacityEffect(part);
        fade->setOpacity(0.5);
        fade->setEnabled(false);
        part->setGraphicsEffect(fade);
        m_fades.push_back(fade);
    }
}

fleet::SetOnStamp StampCard::everything() const
{
    return {.title = m_title,
        .set = fleet::DeviceSet {.kind = fleet::DeviceSet::Kind::Stamp, .text = m_name.text(), .ids = {}},
        .facts = {.devices = m_population, .sources = {m_hub}}};
}

void StampCard::setOffer(const std::optional<plan::Fit> &fit)
{
    m_offer = fit;
    const bool refused = fit && fit->verdict == plan::Verdict::Block;
    for (QGraphicsOpacityEffect *fade : m_fades)
        fade->setEnabled(refused);
    m_reason->setVisible(refused);
    if (refused)
        m_reason->setText(fit->sentence);
    setTone(m_reason, refused ? Tone::Bad : Tone::Neutral);
    showState();
    if (!fit)
        setHovered(false);
}

void StampCard::showState()
{
    if (m_offer) {
        static constexpr std::array tones {Tone::Good, Tone::Warn, Tone::Bad};
        m_state->setText(verdictWord(m_offer->verdict));
        setTone(m_state, tones[static_cast<size_t>(m_offer->verdict)]);
        return;
    }
    m_state->setText(m_outage ? tr("outage") : QString());
    setTone(m_state, m_outage ? Tone::Bad : Tone::Neutral);
}

void StampCard::setHovered(bool hovered)
{
    const bool taking = hovered && m_offer && m_offer->verdict != plan::Verdict::Block;
    m_bar->setGhost(taking ? std::optional(m_offer->after) : std::nullopt);
    if (m_hovered == taking)
        return;
    m_hovered = taking;
    update();
}

void StampCard::paintEvent(QPaintEvent *event)
{
    Card::paintEvent(event);
    if (!m_hovered)
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(QColor(tokens().accent), 2));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 9, 9);
}

void StampCard::mousePressEvent(QMouseEvent *event)
{
    m_pressed = event->position().toPoint();
}

void StampCard::mouseMoveEvent(QMouseEvent *event)
{
    const bool pulled = (event->position().toPoint() - m_pressed).manhattanLength() >= QApplication::startDragDistance();
    if ((event->buttons() & Qt::LeftButton) && pulled && m_population > 0)
        Q_EMIT dragRequested(everything(), this);
}

void StampCard::contextMenuEvent(QContextMenuEvent *)
{
    if (m_population > 0)
        Q_EMIT moveToRequested(everything(), this);
}

} // namespace drover::ui
