#pragma once

#include <QSyntaxHighlighter>

namespace drover::ui {

/// Covers the keys in connection strings with a bar, so that nobody reads them over a shoulder.
class SecretHider final : public QSyntaxHighlighter {
    Q_OBJECT

public:
    explicit SecretHider(QTextDocument *document);
    void setRevealed(bool revealed);

protected:
    void highlightBlock(const QString &text) override;

private:
    bool m_revealed = false;
};

} // namespace drover::ui
