#include "ui/shell/banner.h"

#include "ui/common/widgets.h"

using namespace Qt::StringLiterals;

namespace drover::ui {

Banner::Banner(QWidget *parent)
    : QFrame(parent)
    , m_what(label({}, Role::Strong, this))
    , m_remedy(new ElidedLabel({}, Role::Plain, this))
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
    row->addWidget(dismiss);
    connect(dismiss, &QPushButton::clicked, this, &QWidget::hide);
    hide();
}

void Banner::show(Tone tone, const QString &what, const QString &remedy)
{
    setTone(this, tone);
    m_what->setText(what);
    m_remedy->setText(remedy);
    QFrame::show();
}

} // namespace drover::ui
