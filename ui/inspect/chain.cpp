#include "ui/inspect/chain.h"

#include "ui/common/widgets.h"

using namespace Qt::StringLiterals;

namespace drover::ui {
namespace {

class Arrow final : public QWidget {
public:
    Arrow(QString words, Tone tone)
        : m_words(std::move(words))
        , m_tone(tone)
    {
        setMinimumWidth(64);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QColor color = m_tone == Tone::Neutral ? mix(tokens().quiet, tokens().window, 0.5) : toneColor(m_tone);
        const double y = height() / 2.0 + 4;
        painter.setPen(QPen(color, 1.8));
        painter.drawLine(QPointF(0, y), QPointF(width() - 2, y));
        painter.drawPolyline(QPolygonF({QPointF(width() - 7, y - 4), QPointF(width() - 2, y), QPointF(width() - 7, y + 4)}));
        QFont font = QApplication::font();
        font.setPixelSize(textSize() - 2);
        painter.setFont(font);
        const bool warn = m_tone == Tone::Warn;
        painter.setPen(warn             ? verdictColor(plan::Verdict::Warn)
                : m_tone == Tone::Bad ? verdictColor(plan::Verdict::Block)
                                      : QColor(tokens().quiet));
        const QRectF above(0, y - 20, width(), 16);
        painter.drawText(above, Qt::AlignHCenter | Qt::AlignBottom,
            QFontMetrics(font).elidedText(m_words, Qt::ElideRight, width()));
    }

private:
    QString m_words;
    Tone m_tone;
};

QWidget *makeNode(const ChainNode &node)
{
    auto *card = new Card;
    setTone(card, node.tone);
    card->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    card->column()->setContentsMargins(14, 7, 14, 8);
    card->column()->setSpacing(1);
    card->column()->addWidget(label(node.caption, Role::Quiet));
    auto *row = new QHBoxLayout;
    row->setSpacing(5);
    row->addWidget(label(node.value, Role::Strong));
    if (!node.detail.isEmpty())
        row->addWidget(label(node.detail, Role::Small));
    row->addStretch();
    card->column()->addLayout(row);
    return card;
}

} // namespace

QWidget *makeChain(const std::vector<ChainNode> &nodes)
{
    auto *chain = new QWidget;
    auto *row = new QHBoxLayout(chain);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(10);
    for (size_t i = 0; i < nodes.size(); ++i) {
        row->addWidget(makeNode(nodes[i]));
        if (i + 1 < nodes.size())
            row->addWidget(new Arrow(nodes[i].arrow, nodes[i].arrowTone), 1);
    }
    if (nodes.size() == 1)
        row->addStretch();
    return chain;
}

} // namespace drover::ui
