#include "ui/board/lane.h"

#include "ui/common/format.h"

using namespace Qt::StringLiterals;

namespace drover::ui {

Lane::Lane(fleet::Ring ring, bool unlocked, QWidget *parent)
    : QWidget(parent)
    , m_ring(ring)
    , m_unlocked(unlocked)
    , m_count(new ElidedLabel({}, Role::Quiet, this))
    , m_grid(new QGridLayout)
{
    setObjectName(u"lane:"_s + fleet::ringName(ring));
    auto *head = new QHBoxLayout;
    head->setSpacing(8);
    QLabel *name = label(fleet::ringName(ring).toUpper(), Role::SmallStrong, this);
    name->setFixedHeight(fontMetrics().height() + 4);
    head->addWidget(name);
    head->addWidget(m_count, 1);
    if (ring == fleet::Ring::Production) {
        QPushButton *lock = button(unlocked ? tr("Lock") : tr("Unlock"), u"link"_s, u"unlock"_s, this);
        lock->setToolTip(unlocked ? tr("Make production read-only again") : tr("Allow moves from and to production stamps"));
        lock->setFixedHeight(name->height());
        head->addWidget(lock);
        connect(lock, &QPushButton::clicked, this, [this] { Q_EMIT unlockRequested(!m_unlocked); });
    }
    m_grid->setSpacing(12);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 10, 0, 0);
    column->setSpacing(6);
    column->addLayout(head);
    column->addLayout(m_grid);
    column->addStretch(1);
    showCount();
}

void Lane::add(StampCard *card)
{
    m_cards.push_back(card);
    m_columns = 0;
    showCount();
}

void Lane::setColumns(int columns)
{
    if (columns == m_columns)
        return;
    for (StampCard *card : m_cards)
        m_grid->removeWidget(card);
    for (int old = columns; old < m_columns; ++old)
        m_grid->setColumnStretch(old, 0);
    m_columns = columns;
    int index = 0;
    for (StampCard *card : m_cards) {
        m_grid->addWidget(card, index / columns, index % columns);
        ++index;
    }
    for (int column = 0; column < columns; ++column)
        m_grid->setColumnStretch(column, 1);
}

void Lane::showCount()
{
    QString text = counted(stamps(), tr("stamp"), tr("stamps"));
    if (m_ring == fleet::Ring::Production)
        text += m_unlocked ? tr(" · unlocked") : tr(" · read-only");
    m_count->setText(text);
}

void Lane::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(ringColor(m_ring));
    painter.drawRoundedRect(QRectF(0, 0, width(), 3), 1.5, 1.5);
}

} // namespace drover::ui
