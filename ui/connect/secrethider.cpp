#include "ui/connect/secrethider.h"

#include "ui/common/theme.h"

using namespace Qt::StringLiterals;

namespace drover::ui {

SecretHider::SecretHider(QTextDocument *document)
    : QSyntaxHighlighter(document)
{
}

void SecretHider::setRevealed(bool revealed)
{
    m_revealed = revealed;
    rehighlight();
}

void SecretHider::highlightBlock(const QString &text)
{
    static const QRegularExpression key(u"SharedAccessKey=([^;]*)"_s, QRegularExpression::CaseInsensitiveOption);
    const QRegularExpressionMatch match = key.match(text);
    if (m_revealed || !match.hasMatch())
        return;
    QTextCharFormat bar;
    bar.setForeground(QColor(tokens().quiet));
    bar.setBackground(QColor(tokens().quiet));
    setFormat(static_cast<int>(match.capturedStart(1)), static_cast<int>(match.capturedLength(1)), bar);
}

} // namespace drover::ui
