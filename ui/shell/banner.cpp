#include "ui/shell/banner.h"

#include "ui/common/widgets.h"

using namespace Qt::StringLiterals;

namespace drover::ui {

Banner::Banner(QWidget *parent)
    : QFrame(parent)
    , m_what(label({}, Role::Strong, this))
    , m_remedy(wrapped({}, Role::Plain, this))
    , m_action(button({}, u"primary"_s, u"bannerAction"_s, this))
{
    setProperty("banner", true);
    setObjectName(u"banner"_s);
    m_what->setObjectName(u"bannerWhat"_s);
    m_remedy->setObjectName(u"bannerRemedy"_s);
    QPushButton *dismiss = button(tr("Dismiss"), u"link"_s, u"dismiss"_s, this);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(14, 7, 10, 7);
    row->setSpacing(10);
    row->addWidget(m_what);
    row->addWidget(m_remedy, 1);
    row->addWidget(m_action);
    row->addWidget(dismiss);
    connect(m_action, &QPushButton::clicked, this, [this] {
        const std::function<void()> done = m_done;
        hide();
        done();
    });
    connect(dismiss, &QPushButton::clicked, this, &QWidget::hide);
    hide();
}

void Banner::show(Tone tone, const QString &what, const QString &remedy)
{
    setTone(this, tone);
    m_what->setText(what);
    m_remedy->setText(remedy);
    m_action->hide();
    QFrame::show();
}

void Banner::setAction(const QString &text, std::function<void()> done)
{
    m_done = std::move(done);
    m_action->setText(text);
    m_action->show();
}

} // namespace drover::ui
