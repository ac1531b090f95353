#include "ui/common/placeholder.h"

#include "ui/common/widgets.h"

using namespace Qt::StringLiterals;

namespace drover::ui {

Placeholder::Placeholder(QWidget *parent)
    : QWidget(parent)
    , m_iconPlace(new QVBoxLayout)
    , m_busy(new QProgressBar(this))
    , m_title(wrapped({}, Role::Heading, this))
    , m_hint(wrapped({}, Role::Plain, this))
{
    m_busy->setRange(0, 0);
    m_busy->setTextVisible(false);
    m_busy->setFixedWidth(160);
    m_title->setObjectName(u"placeholderTitle"_s);
    m_hint->setObjectName(u"placeholderHint"_s);
    m_title->setAlignment(Qt::AlignCenter);
    m_hint->setAlignment(Qt::AlignCenter);
    m_hint->setMinimumWidth(120);
    auto *column = new QVBoxLayout(this);
    column->setSpacing(8);
    column->addStretch(2);
    column->addLayout(m_iconPlace);
    column->addWidget(m_busy, 0, Qt::AlignHCenter);
    column->addWidget(m_title);
    column->addWidget(m_hint);
    column->addStretch(3);
}

void Placeholder::showEmpty(const QString &icon, const QString &title, const QString &hint)
{
    show(icon, false, false, title, hint);
}

void Placeholder::showLoading(const QString &title, const QString &hint)
{
    show({}, false, true, title, hint);
}

void Placeholder::showError(const Error &error)
{
    show(u"warn"_s, true, false, error.what, error.remedy);
}

void Placeholder::show(const QString &icon, bool bad, bool busy, const QString &title, const QString &hint)
{
    clear(m_iconPlace);
    if (!icon.isEmpty())
        m_iconPlace->addWidget(new IconLabel(icon, 40, bad ? Tone::Bad : Tone::Neutral), 0, Qt::AlignHCenter);
    m_busy->setVisible(busy);
    m_title->setText(title);
    m_hint->setText(hint);
    m_hint->setVisible(!hint.isEmpty());
}

} // namespace drover::ui
