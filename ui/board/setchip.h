#pragma once

#include "models/fleet/setsonstamps.h"

#include <QWidget>

namespace drover::ui {

/// A device set on a stamp: drag it, or focus it and press Ctrl+M.
class SetChip final : public QWidget {
    Q_OBJECT

public:
    SetChip(fleet::SetOnStamp set, fleet::Ring ring, QWidget *parent = nullptr);

    const fleet::SetOnStamp &set() const { return m_set; }
    /// Dashed while the set is in the plan.
    void setMoving(bool moving);
    bool isMoving() const { return m_moving; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// The mouse pulled it far enough: the board starts the drag.
    void dragRequested();
    void moveToRequested();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    fleet::SetOnStamp m_set;
    fleet::Ring m_ring;
    bool m_moving = false;
    QPoint m_pressed;
};

} // namespace drover::ui
