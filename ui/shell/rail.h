#pragma once

#include <QAbstractButton>
#include <QWidget>

#include <vector>

namespace drover::ui {

/// A page's icon and name on the rail.
class RailButton final : public QAbstractButton {
    Q_OBJECT

public:
    RailButton(const QString &icon, const QString &text, QWidget *parent = nullptr);
    QSize sizeHint() const override { return {62, 58}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_icon;
};

/// The dark strip at the left: pages from the top, theme at the bottom.
class Rail final : public QWidget {
    Q_OBJECT

public:
    explicit Rail(QWidget *parent = nullptr);
    RailButton *addPage(const QString &icon, const QString &text);
    RailButton *addTool(const QString &icon, const QString &text);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int m_pages = 0;
};

} // namespace drover::ui
