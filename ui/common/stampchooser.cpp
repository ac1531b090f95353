#include "ui/common/stampchooser.h"

#include "ui/common/widgets.h"

using namespace Qt::StringLiterals;

namespace drover::ui {

StampChooser::StampChooser(QWidget *parent)
    : QFrame(parent, Qt::Popup)
    , m_title(label({}, Role::Strong, this))
    , m_filter(new QLineEdit(this))
    , m_list(new QListWidget(this))
    , m_reason(wrapped({}, Role::Quiet, this))
{
    setObjectName(u"stampChooser"_s);
    setProperty("card", true);
    setFixedWidth(400);
    m_filter->setObjectName(u"stampFilter"_s);
    m_filter->setPlaceholderText(tr("Type a stamp"));
    m_filter->installEventFilter(this);
    m_list->setObjectName(u"stampList"_s);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setFixedHeight(220);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setWordWrap(true);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(8);
    for (QWidget *widget : std::initializer_list<QWidget *> {m_title, m_filter, m_list, m_reason})
        column->addWidget(widget);

    connect(m_filter, &QLineEdit::textChanged, this, &StampChooser::fill);
    connect(m_filter, &QLineEdit::returnPressed, this, &StampChooser::accept);
    connect(m_list, &QListWidget::itemClicked, this, &StampChooser::accept);
    connect(m_list, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem *item) {
        m_reason->setText(item == nullptr ? tr("No stamp of that name.") : item->toolTip());
    });
}

void StampChooser::open(const QString &what, std::vector<Offer> offers, const QPoint &at)
{
    m_offers = std::move(offers);
    std::ranges::sort(m_offers, {}, [](const Offer &offer) { return std::tie(offer.fit.verdict, offer.title); });
    m_title->setText(tr("Move %1 to…").arg(what));
    m_filter->clear();
    fill({});
    adjustSize();
    move(at);
    show();
    m_filter->setFocus();
}

void StampChooser::fill(const QString &filter)
{
    m_list->clear();
    for (const Offer &offer : m_offers) {
        if (!offer.title.contains(filter, Qt::CaseInsensitive))
            continue;
        // Each refusal gives its reason, not only the one under the cursor.
        const bool refused = offer.fit.verdict == plan::Verdict::Block;
        auto *item = new QListWidgetItem(
            refused ? u"%1   %2\n%3"_s.arg(offer.title, verdictWord(offer.fit.verdict), offer.fit.sentence)
                 : u"%1   %2"_s.arg(offer.title, verdictWord(offer.fit.verdict)), m_list);
        item->setData(Qt::UserRole, offer.stamp.text());
        item->setToolTip(offer.fit.sentence);
        item->setForeground(offer.fit.verdict == plan::Verdict::Block ? QColor(tokens().quiet) : QColor(tokens().text));
        item->setData(Qt::UserRole + 1, refused);
    }
    m_list->setCurrentRow(0);
    if (m_list->count() == 0)
        m_reason->setText(tr("No stamp of that name."));
}

void StampChooser::accept()
{
    const QListWidgetItem *item = m_list->currentItem();
    if (item == nullptr || item->data(Qt::UserRole + 1).toBool())
        return;
    const auto stamp = StampName::parse(item->data(Qt::UserRole).toString());
    hide();
    if (stamp)
        Q_EMIT chosen(*stamp);
}

bool StampChooser::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Up || key == Qt::Key_Down) {
            const int row = m_list->currentRow() + (key == Qt::Key_Up ? -1 : 1);
            m_list->setCurrentRow(std::clamp(row, 0, std::max(0, m_list->count() - 1)));
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace drover::ui
