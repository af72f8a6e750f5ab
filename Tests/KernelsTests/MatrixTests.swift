import Kernels
import Testing

@Suite struct MatrixTests {
  @Test func `stores rows one after the other`() {
    var m = Matrix(rows: [[1, 2, 3], [4, 5, 6]])
    #expect(m.rows == 2 && m.columns == 3)
    #expect(m.elements == [1, 2, 3, 4, 5, 6])
    #expect(m[1, 0] == 4)
    m[1, 2] = -6
    #expect(m.elements == [1, 2, 3, 4, 5, -6])
    #expect(Array(m.row(1)) == [4, 5, -6])
    #expect(m.row(1).startIndex == 3)
  }

  @Test func `repeats a value`() {
    let m = Matrix(rows: 2, columns: 2, repeating: 7)
    #expect(m == Matrix(rows: [[7, 7], [7, 7]]))
  }

  @Test func `shape counts for equality`() {
    #expect(
      Matrix(rows: 2, columns: 3, repeating: 0) != Matrix(rows: 3, columns: 2, repeating: 0))
  }

  @Test func `may be empty`() {
    #expect(Matrix(rows: []) == Matrix(rows: 0, columns: 0, repeating: 1))
    #expect(Matrix(rows: 3, columns: 0, repeating: 1).row(2).isEmpty)
  }

  @Test func `refuses an index outside, ragged rows and a change of size`() async {
    await #expect(processExitsWith: .failure) {
      let m = Matrix(rows: [[1, 2], [3, 4]])
      // Inside the storage, outside the row.
      _ = m[0, 2]
    }
    await #expect(processExitsWith: .failure) { _ = Matrix(rows: [[1, 2], [3]]) }
    await #expect(processExitsWith: .failure) {
      var m = Matrix(rows: [[1, 2]])
      m.elements.append(3)
    }
  }
}
